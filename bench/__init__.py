"""Every published number of Curtilage, as a command that measures the peers in the same run."""
