"""What the outputs of a network mean: one file for each family of detectors."""
