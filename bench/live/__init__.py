"""What the live system costs and how late it is, with peers in the same run."""
