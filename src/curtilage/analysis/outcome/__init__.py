"""What becomes of it: committed to the store, then told to whoever listens."""
