"""The steps, in order; never changed once released."""
