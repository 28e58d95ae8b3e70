"""Footage: files, folders and patterns become pictures with times."""
