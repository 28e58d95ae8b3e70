"""A report made: its numbers read from the index, and put into the form that is asked for."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from curtilage.web.apart import run_apart
from curtilage.web.context import WebContext
from curtilage.web.reports.period import Period
from curtilage.web.reports.sheet import Sheet, sheet_of
from curtilage.web.reports.table import table

FOLDER: Final = "reports"  # in the state folder
SECONDS: Final = 60.0
"""Longest that drawing may take; a month of a hundred rules takes about ten."""


class Form(StrEnum):
    """Of a report's file."""

    CSV = "csv"
    PNG = "png"
    PDF = "pdf"

    @property
    def media_type(self) -> str:
        """As HTTP calls it."""
        known = {"csv": "text/csv; charset=utf-8", "png": "image/png", "pdf": "application/pdf"}
        return known[self.value]


def worked_out(
    context: WebContext, period: Period, cameras: Sequence[str], rules: Sequence[str] | None = None
) -> Sheet:
    """The numbers. Raises ``StoreError`` if they cannot be read, or are too many."""
    zone = ZoneInfo(context.site.timezone)
    with context.database.read() as connection:
        return sheet_of(connection, period, zone, cameras, context.now_ns(), rules)


def in_form(sheet: Sheet, form: Form, state: Path) -> bytes:
    """The bytes of a file. Raises ``ApartError`` if it cannot be drawn."""
    if form is Form.CSV:
        return table(sheet)
    home = state / FOLDER / ".matplotlib"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    asked = json.dumps({"form": form.value, "sheet": asdict(sheet)}).encode()
    return run_apart("curtilage.web.reports.drawn", asked, seconds=SECONDS, home=home)
