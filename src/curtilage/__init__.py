"""Curtilage: self-hosted video security that lets nothing out of the house."""

__version__ = "0.1.0"
