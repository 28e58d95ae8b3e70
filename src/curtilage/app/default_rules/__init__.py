"""Rules for footage that came without any: made from what was seen, with comments to edit by."""

from curtilage.app.default_rules.text import make_rules

__all__ = ["make_rules"]
