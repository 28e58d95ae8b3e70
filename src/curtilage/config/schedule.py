"""Weekly hours in local time, as in ``{days: [mon, tue], from: "22:00", to: "06:00"}``."""

import re
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from curtilage.config.form import form

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_TITLES: Final = {
    "mon": "Monday", "tue": "Tuesday", "wed": "Wednesday", "thu": "Thursday", "fri": "Friday",
    "sat": "Saturday", "sun": "Sunday",
}  # fmt: skip


def _as_text(value: object) -> object:
    # YAML 1.1 readers turn 22:00 into 1320; an unquoted time must not become a number
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 24 * 60:
        return f"{value // 60:02d}:{value % 60:02d}"
    return value


def _time_of_day(text: str) -> str:
    match = re.fullmatch(r"(\d{1,2}):(\d{2})", text)
    if not match or int(match[1]) * 60 + int(match[2]) > 24 * 60 or int(match[2]) > 59:
        raise ValueError(f"{text!r} is no time of day; write it as '22:00'")
    return f"{int(match[1]):02d}:{match[2]}"


TimeOfDay = Annotated[str, BeforeValidator(_as_text), AfterValidator(_time_of_day)]


class Hours(BaseModel):
    """One stretch of the week; ``to`` before ``from`` runs past midnight."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    days: list[Day] = Field(
        default_factory=lambda: list(DAYS),
        min_length=1,
        description="Days of the week on which the stretch begins; all if left out.",
        json_schema_extra=form("Days", choices=DAY_TITLES, default=[str(day) for day in DAYS]),
    )
    from_: TimeOfDay = Field(
        "00:00",
        alias="from",
        description="Local time at which it begins, as in 22:00.",
        json_schema_extra=form("From"),
    )
    to: TimeOfDay = Field(
        "24:00",
        description="Local time at which it ends; earlier than `from`: on the next day.",
        json_schema_extra=form("To"),
    )

    def covers(self, weekday: int, minute: float) -> bool:
        """True when the stretch covers a moment: weekday 0 = Monday, minute of the local day."""
        begin, end = minutes(self.from_), minutes(self.to)
        today, yesterday = DAYS[weekday] in self.days, DAYS[weekday - 1] in self.days
        if begin < end:
            return today and begin <= minute < end
        return (today and minute >= begin) or (yesterday and minute < end)


def minutes(time_of_day: str) -> int:
    """Minutes since midnight of an ``HH:MM`` text."""
    hours, rest = time_of_day.split(":")
    return int(hours) * 60 + int(rest)
