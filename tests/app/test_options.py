import math
from pathlib import Path
from typing import Any

import pytest

from curtilage.app.analyze import AnalyzeOptions, OptionsError, parse_moment


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        ("90", 90),
        ("90.5", 90.5),
        (".5", 0.5),
        ("1:30", 90),
        ("0:01:30.25", 90.25),
        ("100:00:00", 360_000),
        (" 12 ", 12),
    ],
)
def test_moments(text: str, seconds: float) -> None:
    assert parse_moment(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "x", "-1", "1:60", "1:60:00", "1::2", "1e3", "nan", "1:2:3:4"]
)
def test_what_is_no_moment(text: str) -> None:
    with pytest.raises(OptionsError, match="is no time in footage; write seconds"):
        parse_moment(text)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"fps": -1.0}, "--fps -1: must be 0 (every frame) or more"),
        ({"fps": math.nan}, "--fps nan: must be"),
        ({"start": -1.0}, "--from -1: must be 0 or later"),
        ({"start": 9.0, "stop": 9.0}, "--to 9 is not after --from 9, so nothing is left"),
        ({"workers": 0}, "0 processes cannot work; give 1 or more"),
    ],
)
def test_options_that_cannot_be(given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(OptionsError) as caught:
        AnalyzeOptions(out=Path("out"), **given)
    assert str(caught.value).startswith(sentence)
