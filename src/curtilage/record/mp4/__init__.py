"""MP4 files of our own: a segment is written by ``Fragmenter`` and read by ``scan``."""

from curtilage.record.mp4.entries import extension
from curtilage.record.mp4.fragmenter import Fragmenter
from curtilage.record.mp4.label import Label
from curtilage.record.mp4.read import Fragments, Scan, samples, scan

__all__ = ["Fragmenter", "Fragments", "Label", "Scan", "extension", "samples", "scan"]
