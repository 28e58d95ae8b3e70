"""The analyser: packets of the cameras in, events, counts and heat maps out."""
