"""Pictures that are worth a look: decoded, shared fairly among cameras, and looked at."""
