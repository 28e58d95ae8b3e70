"""Adding a camera: who is there, what an address gives, and what is wrong with it."""
