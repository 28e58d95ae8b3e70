"""The disk: durable writes, volumes with an identity, names of files."""
