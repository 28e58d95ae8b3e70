"""ONVIF, as much of it as adding a camera takes: who is there, what it is, where its streams are.

Four questions of a hundred, so they are asked by ourselves; ``docs/design/cameras.md`` says why.
What comes back is a stranger's: sizes are bounded, and nobody but who answered is asked.
"""
