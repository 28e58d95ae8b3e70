"""What is known of the house itself: whether it is armed, and the plans of its floors."""
