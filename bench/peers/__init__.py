"""The open tools that are measured beside Curtilage, run as released, with their defaults."""
