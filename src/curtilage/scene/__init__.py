"""From tracks to events: one file per rule, and the scene that runs a camera's rules."""
