"""How all tests run: property tests are quick, have no deadline, and repeat themselves in CI."""

import os

from hypothesis import settings

settings.register_profile(
    "curtilage", deadline=None, max_examples=50, derandomize="CI" in os.environ
)
settings.load_profile("curtilage")
