"""Rules tried on what was seen: in a process of its own, so that nobody else waits for it."""
