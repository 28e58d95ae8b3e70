"""Segments on their way to a disk, without making a camera wait."""
