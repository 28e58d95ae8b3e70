"""``curtilage run``: a site run until told to stop."""

import logging
import signal
import threading
from pathlib import Path
from types import FrameType

from curtilage.app.run import logs
from curtilage.app.run.lock import locked
from curtilage.app.run.settings import accept_or_last
from curtilage.app.run.supervisor import Outcome, Supervisor

LOG = logging.getLogger(__name__)


def run(source: Path) -> None:
    """Run the site of these settings until SIGTERM, SIGINT or SIGHUP.

    Raises:
        InputError: the settings are wrong and no version of them was ever accepted; or the site
            is run already.

    """
    logs.of_supervisor()
    stop = threading.Event()
    _stop_on_signals(stop)
    outcome = Outcome.ANEW
    while outcome is Outcome.ANEW:
        accepted = accept_or_last(source)
        with locked(accepted.site.state):
            outcome = Supervisor(source, accepted).run(stop)


def _stop_on_signals(stop: threading.Event) -> None:
    def leave(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup
            signal.signal(number, leave)
