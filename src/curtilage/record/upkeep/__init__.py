"""Keeping recordings in order: recovery, retention, comparison of disks and index."""
