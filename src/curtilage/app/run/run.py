"""``curtilage run``: a site run until told to stop."""

import logging
import os
import signal
import threading
from pathlib import Path
from types import FrameType

from curtilage.app.run import logs
from curtilage.app.run.first_start import settings_or_new
from curtilage.app.run.lock import locked
from curtilage.app.run.secrets import Redaction
from curtilage.app.run.settings import accept_or_last, site_that_runs
from curtilage.app.run.standard import open_what_is_closed
from curtilage.app.run.supervisor import Outcome, Supervisor
from curtilage.app.run.system import System
from curtilage.app.run.welcome import Welcome, screen
from curtilage.config.versions import EDITED, FIRST
from curtilage.store.logs.files import FOLDER, LogFiles

LOG = logging.getLogger(__name__)
OTHERS = 0o027  # recordings and index are not for other users of the machine


def run(config: Path | None) -> None:
    """Run a site until SIGTERM, SIGINT or SIGHUP; without settings, make some first.

    Args:
        config: The settings file; None: the usual places.

    Raises:
        InputError: the settings are wrong and no version of them was ever accepted; or the site
            is run already.

    """
    open_what_is_closed()
    logs.of_supervisor()
    os.umask(OTHERS)
    system = System()
    stop = threading.Event()
    _stop_on_signals(stop)
    source, is_new = settings_or_new(config)
    if is_new:
        LOG.info("first start: settings were made at %s", source)
    outcome = Outcome.ANEW
    while outcome is Outcome.ANEW:
        with locked(site_that_runs(source).state):
            accepted = accept_or_last(source, FIRST if is_new else EDITED)
            welcome = Welcome(accepted, screen())
            redact = Redaction(accepted.site)
            with LogFiles(accepted.site.state / FOLDER) as files, logs.kept_in(files, redact):
                try:
                    supervisor = Supervisor(source, accepted, system, welcome.start, redact)
                    outcome = supervisor.run(stop)
                finally:
                    welcome.stop()
        is_new = False


def _stop_on_signals(stop: threading.Event) -> None:
    def leave(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup
            signal.signal(number, leave)
