"""Settings files of small sites, for tests."""

import socket
from contextlib import closing
from pathlib import Path


def free_port() -> int:
    """A port that nobody listens on now."""
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def site_text(*cameras: str, port: int = 8960, extra: str = "") -> str:
    """A site whose folders are beside the file; ``cameras`` are lines of YAML in braces."""
    listed = "".join(f"  - {camera}\n" for camera in cameras)
    return (
        "# a site\nstate: state\nvolumes:\n  - {path: video, reserve: 1MB}\n"
        f"web: {{port: {port}}}\n{extra}cameras:{' []' if not cameras else ''}\n{listed}"
    )


def make_site(folder: Path, *cameras: str, port: int = 8960, extra: str = "") -> Path:
    """The same in a file."""
    file = folder / "curtilage.yaml"
    file.write_text(site_text(*cameras, port=port, extra=extra))
    return file
