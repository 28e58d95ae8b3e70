"""What is remembered in tables: segments, gaps, holds, volumes."""
