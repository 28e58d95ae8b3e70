"""How all tests run: property tests are quick, have no deadline, and repeat themselves in CI.

``pytest --hypothesis-profile=deep`` looks longer.
"""

import os

from hypothesis import settings

from curtilage.kernels import keep_kernels_apart

keep_kernels_apart()
settings.register_profile(
    "curtilage", deadline=None, max_examples=50, derandomize="CI" in os.environ
)
settings.register_profile("deep", deadline=None, max_examples=2000)
settings.load_profile("curtilage")
