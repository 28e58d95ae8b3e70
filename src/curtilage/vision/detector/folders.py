"""Where the detector keeps what it has learnt about this machine and these cameras."""

from pathlib import Path

import platformdirs


def choices_folder() -> Path:
    """What runs fastest here: measured again if it is lost."""
    return Path(platformdirs.user_cache_dir("curtilage")) / "detector"


def tuned_folder() -> Path:
    """Networks tuned to the owner's cameras: they cost minutes and footage to make again."""
    return Path(platformdirs.user_data_dir("curtilage")) / "models"
