"""What builds parts of the project's own documentation."""
