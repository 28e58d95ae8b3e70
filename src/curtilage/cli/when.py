"""Moments as people type them: '2026-11-23 14:00', '14:00', 'now', '-2h'."""

import re
from datetime import datetime, time, timedelta

from curtilage.errors import InputError

SECOND_NS = 1_000_000_000
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def moment_ns(text: str, option: str, now: datetime) -> int:
    """UTC nanoseconds of ``text``; without an offset it is this machine's local time.

    A time of day alone means the last such time before ``now``.

    Raises:
        InputError: ``text`` is no moment; the sentence names ``option`` and shows right ones.

    """
    given = text.strip()
    if given == "now":
        return _ns(now)
    back = re.fullmatch(r"-(\d+(?:\.\d+)?)([smhd])", given)
    if back:
        return _ns(now - timedelta(**{UNITS[back[2]]: float(back[1])}))
    try:
        if re.fullmatch(r"\d{1,2}:\d{2}(:\d{2})?", given):
            of_day = time.fromisoformat(
                given.rjust(5, "0") if len(given) < 6 else given.rjust(8, "0")
            )
            today = datetime.combine(now.astimezone().date(), of_day).astimezone()
            return _ns(today if today <= now else today - timedelta(days=1))
        return _ns(datetime.fromisoformat(given).astimezone())
    except (ValueError, OverflowError):
        raise InputError(
            f"{option} {text!r}: is no moment; write '2026-11-23 14:00', '2026-11-23T14:00Z', "
            "'14:00', 'now' or '-2h'"
        ) from None


def local(time_ns: int) -> str:
    """A moment as this machine's wall clock says it."""
    return f"{datetime.fromtimestamp(time_ns // SECOND_NS):%Y-%m-%d %H:%M:%S}"


def offset() -> str:
    """How far this machine's wall clock is from UTC now, as '+01:00'."""
    return datetime.now().astimezone().isoformat()[-6:]


def _ns(moment: datetime) -> int:
    return round(moment.timestamp() * 1000) * 1_000_000
