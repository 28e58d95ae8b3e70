"""Recording as commands: run it, look at what it kept, hold, export and check it."""
