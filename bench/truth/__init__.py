"""What really happened in the annotated footage, computed apart from the rules under test."""
