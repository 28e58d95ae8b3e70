"""Moments as people type them ('2026-11-23 14:00', '14:00', 'now', '-2h'), and as they read them.

What has no offset from UTC is local time of this machine, with the offset of that day.
"""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, time, timedelta

from curtilage.errors import InputError

SECOND_NS = 1_000_000_000
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
FIRST_YEAR, LAST_YEAR = 1971, 2200
OF_DAY = re.compile(r"\d{1,2}:\d{2}(:\d{2})?")


def span_ns(begin: str, end: str, now: datetime) -> tuple[int, int]:
    """``--from`` and ``--to`` in UTC nanoseconds.

    A time of day alone means the last such time before ``now`` in ``--from``, and the first such
    time after ``--from`` in ``--to``; that may be in the future.

    Raises:
        InputError: one is no moment, or they are the wrong way round.

    """
    start = _moment(begin, "--from", now, _last_before(now))
    stop = _moment(end, "--to", now, _first_after(start))
    if start >= stop:
        raise InputError(f"--from {begin!r} must be before --to {end!r}")
    return _ns(start), _ns(stop)


def past_ns(begin: str, end: str, now: datetime) -> tuple[int, int]:
    """``span_ns``, but what is asked of the future is cut off.

    Raises:
        InputError: as ``span_ns``, or it all lies in the future.

    """
    from_ns, to_ns = span_ns(begin, end, now)
    if from_ns >= _ns(now):
        raise InputError(f"--from {begin!r}: lies in the future; nothing is known of it yet")
    return from_ns, min(to_ns, _ns(now))


def moment_ns(text: str, option: str, now: datetime) -> int:
    """UTC nanoseconds of ``text``; a time of day alone is the last such time before ``now``.

    Raises:
        InputError: ``text`` is no moment; the sentence names ``option`` and shows right ones.

    """
    return _ns(_moment(text, option, now, _last_before(now)))


def local(time_ns: int) -> str:
    """A moment as this machine's wall clock says it."""
    return f"{datetime.fromtimestamp(time_ns // SECOND_NS):%Y-%m-%d %H:%M:%S}"


def exact(time_ns: int) -> str:
    """The same with its offset from UTC, as in '2026-10-25 02:30:00+02:00'."""
    moment = datetime.fromtimestamp(time_ns // SECOND_NS).astimezone()
    return moment.isoformat(" ", "seconds")


def rfc3339(time_ns: int) -> str:
    """A moment for machines: UTC, to the nanosecond."""
    moment = datetime.fromtimestamp(time_ns // SECOND_NS, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{time_ns % SECOND_NS:09d}Z"


def offset(time_ns: int) -> str:
    """How far this machine's wall clock was from UTC at a moment, as '+01:00'."""
    return exact(time_ns)[19:]


def clock_of(times_ns: Iterable[int], now: datetime) -> tuple[str, Callable[[int], str]]:
    """How to write moments that stand together: a heading, and the writing.

    Where all have today's offset from UTC, the heading says it once; else each says its own (at
    the end of summer time an hour comes twice).
    """
    today = offset(_ns(now))
    if all(offset(time_ns) == today for time_ns in times_ns):
        return f"times with {today} from UTC", local
    return "each time with its offset from UTC", exact


def _moment(text: str, option: str, now: datetime, at: Callable[[time], datetime]) -> datetime:
    given = text.strip()
    back = re.fullmatch(r"-(\d+(?:\.\d+)?)([smhd])", given)
    try:
        if given == "now":
            moment = now
        elif back:
            moment = now - timedelta(**{UNITS[back[2]]: float(back[1])})
        elif OF_DAY.fullmatch(given):
            moment = at(time.fromisoformat(given if given[1] != ":" else f"0{given}"))
        else:
            moment = datetime.fromisoformat(given)
        if FIRST_YEAR <= moment.year < LAST_YEAR:
            return moment.astimezone()
    except OverflowError:
        pass
    except ValueError:
        raise InputError(
            f"{option} {text!r}: is no moment; write '2026-11-23 14:00', '2026-11-23T14:00Z', "
            "'14:00', 'now' or '-2h'"
        ) from None
    raise InputError(
        f"{option} {text!r}: is too far away; it must be from {FIRST_YEAR} to {LAST_YEAR}"
    )


def _last_before(now: datetime) -> Callable[[time], datetime]:
    return lambda of_day: max(one for one in _around(now, of_day) if one <= now)


def _first_after(start: datetime) -> Callable[[time], datetime]:
    return lambda of_day: min(one for one in _around(start, of_day) if one > start)


def _around(moment: datetime, of_day: time) -> list[datetime]:
    """A time of day on the day before, the same day and the day after; some hours come twice."""
    today = moment.astimezone().date()
    return [
        datetime.combine(today + timedelta(days=days), of_day.replace(fold=fold)).astimezone()
        for days in (-1, 0, 1)
        for fold in (0, 1)
    ]


def _ns(moment: datetime) -> int:
    return round(moment.timestamp() * 1000) * 1_000_000
