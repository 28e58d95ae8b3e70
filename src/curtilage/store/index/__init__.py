"""The index itself: opened, brought up to date, written by one thread, mended."""
