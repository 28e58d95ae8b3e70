"""How all tests run: property tests are quick, have no deadline, and repeat themselves in CI.

``pytest --hypothesis-profile=deep`` looks longer. Where several workers run, kernels are compiled
beside them (``tests.kernels``), and what needs none of these comes first, then what takes longest,
so that the workers end at the same time.
"""

import os
import subprocess

import pytest
from hypothesis import settings

from curtilage.kernels import keep_kernels_apart
from tests import kernels

keep_kernels_apart()
settings.register_profile(
    "curtilage", deadline=None, max_examples=30, derandomize="CI" in os.environ
)
settings.register_profile("deep", deadline=None, max_examples=2000)
settings.load_profile("curtilage")

ORDER = (*kernels.FIRST, "tests/browser", "tests/app", "tests/analysis", "tests/web", "")
"""Of folders; within them as found."""
COMPILING = pytest.StashKey[subprocess.Popen[bytes] | None]()


def pytest_configure(config: pytest.Config) -> None:
    """The process that distributes all tests begins to compile."""
    if hasattr(config, "workerinput") or not config.getoption("numprocesses", None):
        return
    if config.option.collectonly or config.args_source is config.ArgsSource.ARGS:
        return  # nothing, or some tests only
    config.stash[COMPILING] = kernels.begin()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Nothing is left behind."""
    if compiling := config.stash.get(COMPILING, None):
        compiling.kill()
        compiling.wait()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The order in which workers take the files (with ``--no-loadscope-reorder``)."""
    items.sort(key=lambda item: _place(item.nodeid))


def _place(name: str) -> int:
    return next(n for n, folder in enumerate(ORDER) if name.startswith(folder))
