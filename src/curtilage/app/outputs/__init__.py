"""The files of an output folder: how they are written, and how they are read again."""
