"""What whoever starts a site is told: where it answers, and how to make the first administrator.

The set-up token is a password, so it never goes where logs go. It is shown where there is a screen;
where there is none (a service, a container) it waits in a file that only this user may read, and
the log says where. The file is gone as soon as there is an administrator.
"""

import contextlib
import logging
import socket
import sys
import threading
import time
from collections.abc import Callable
from typing import Final

from curtilage.app.run.settings import Accepted
from curtilage.app.run.setup_token import new_setup_token
from curtilage.config.live import WebSettings
from curtilage.config.replace import replace_file
from curtilage.errors import InputError
from curtilage.store.accounts import users as accounts
from curtilage.store.index.database import Database

LOG = logging.getLogger(__name__)
FILE: Final = "setup-token"
LOOK_S: Final = 2.0
AGAIN_S: Final = 30.0  # after it did not work
RENEW_S: Final = 12 * 3600.0  # tokens are good for a day


class Welcome:
    """Tells the address once, and offers a set-up token as long as nobody administers the site.

    Args:
        accepted: The settings that run; the index must be in order.
        show: Prints a line for whoever looks at the screen; None: nobody does.

    """

    def __init__(self, accepted: Accepted, show: Callable[[str], None] | None) -> None:
        self._site = site = accepted.site
        self._settings = accepted.file
        self._show = show
        self._file = site.state / FILE
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run, name="welcome", daemon=True)

    def start(self) -> None:
        """Tell it, and go on looking whether there is an administrator."""
        LOG.info("the control room answers at %s", address_of(self._site.web))
        self._thread.start()

    def stop(self) -> None:
        """The token is void from now on, as far as we can."""
        self._ends.set()
        if self._thread.is_alive():
            self._thread.join(1.0)
        with contextlib.suppress(OSError):
            self._file.unlink(missing_ok=True)

    def _run(self) -> None:
        made_s = float("-inf")
        while not self._ends.is_set():
            try:
                with Database.of(self._site) as database:
                    while self._is_needed(database):
                        if time.monotonic() - made_s > RENEW_S:
                            self._offer(new_setup_token(self._settings))
                            made_s = time.monotonic()
                        if self._ends.wait(LOOK_S):
                            return
                with contextlib.suppress(OSError):
                    self._file.unlink(missing_ok=True)
            except InputError as error:
                LOG.warning("%s", error)
                self._ends.wait(AGAIN_S)
            else:
                return

    def _is_needed(self, database: Database) -> bool:
        with database.read() as connection:
            return not accounts.has_administrator(connection)

    def _offer(self, token: str) -> None:
        if self._show is not None:
            self._show(
                f"\n  Nobody administers this site yet. Open {address_of(self._site.web)}\n"
                f"  and make the first account with this token (it works once, for a day):\n\n"
                f"      {token}\n"
            )
            return
        try:
            replace_file(self._file, f"{token}\n".encode(), mode=0o600)
        except OSError as error:
            LOG.error("%s: cannot be written (%s)", self._file, error.strerror)
        else:
            LOG.warning(
                "nobody administers this site yet: the token for the first account is in %s",
                self._file,
            )


def address_of(web: WebSettings) -> str:
    """Where a browser finds the control room."""
    host = web.names[0] if web.names else web.host
    if host in ("0.0.0.0", "::", ""):  # noqa: S104 - what the settings say
        host = socket.gethostname()
    host = f"[{host}]" if ":" in host else host
    return f"{'https' if web.encrypted else 'http'}://{host}:{web.port}"


def screen() -> Callable[[str], None] | None:
    """Prints to the terminal, if somebody sits at one. What goes to a file or a pipe is a log."""
    if not sys.stdout.isatty():
        return None

    def show(text: str) -> None:
        with contextlib.suppress(OSError):
            sys.stdout.write(text + "\n")
            sys.stdout.flush()

    return show
