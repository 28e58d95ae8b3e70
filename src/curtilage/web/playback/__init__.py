"""What was recorded, for pages: film of any stretch, pictures of any moment, where things moved."""
