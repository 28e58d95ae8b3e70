"""Getting pictures in: files today, cameras next."""
