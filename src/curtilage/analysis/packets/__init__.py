"""Packets of the cameras: heard from the bus, kept a little, and given to the gate."""
