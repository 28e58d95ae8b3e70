"""The libraries that run a network, each behind the same small protocol."""
