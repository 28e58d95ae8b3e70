"""What is in the pictures: followed, judged by the rules of its camera, and remembered."""
