"""Who may sign in, with what, and what they may see."""
