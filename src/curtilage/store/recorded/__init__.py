"""What was recorded, and why not: segments, gaps, holds, volumes, and their ledger."""
