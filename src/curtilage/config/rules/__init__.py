"""Settings of each type of rule: one model for each, with all that a form needs to ask for it."""
