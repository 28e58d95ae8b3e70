"""Names by which results are kept and found again; importing them needs none of the peers."""

OURS = "Curtilage"
LIVE = "Curtilage, as it happens"
FILLED = " + filled"
"""Ends the name of a peer whose gaps were filled as ``curtilage track`` fills its own."""

TRUTH = "annotated tracks"
COMBINED = "all"
"""All sequences of a suite taken as one."""

IDLE = "Curtilage, a rule without work"
"""What reading the tracks costs, which all rules share."""
