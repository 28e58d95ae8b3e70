"""A new set-up token, made by a process of its own: the supervisor does without the web's memory.

``python -m curtilage.app.run.setup_token SETTINGS`` prints it.
"""

import subprocess
import sys
from pathlib import Path

from curtilage.config import load_site
from curtilage.errors import InputError

PATIENCE_S = 60.0


class TokenError(InputError):
    """No token could be made."""


def new_setup_token(settings: Path) -> str:
    """A token for the first account; earlier ones are void.

    Args:
        settings: File for the children.

    Raises:
        TokenError: none could be made; the sentence says why.

    """
    command = [sys.executable, "-P", "-m", "curtilage.app.run.setup_token", str(settings)]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter, no shell
            command, capture_output=True, text=True, timeout=PATIENCE_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise TokenError(f"no set-up token could be made: {type(error).__name__}") from None
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise TokenError(f"no set-up token could be made: {last}")
    return done.stdout.strip()


def main(settings: Path) -> None:
    """Make one and print it."""
    from curtilage.store.index.database import Database
    from curtilage.web.accounts.setup import new_token

    with Database.of(load_site(settings)) as database:
        sys.stdout.write(new_token(database) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
