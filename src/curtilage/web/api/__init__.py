"""What was seen and what was recorded, as routes: a file for each thing that one may ask for."""
