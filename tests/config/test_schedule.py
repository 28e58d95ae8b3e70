"""Weekly hours: past midnight, whole days, unquoted times."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from curtilage.config.schedule import DAYS, Hours


def test_a_stretch_past_midnight_belongs_to_the_day_on_which_it_begins() -> None:
    night = Hours.model_validate({"days": ["fri"], "from": "22:00", "to": "06:00"})
    assert night.covers(4, 23 * 60)
    assert night.covers(5, 5 * 60 + 59)
    assert not night.covers(5, 6 * 60)
    assert not night.covers(4, 5 * 60)


def test_sunday_night_runs_into_monday() -> None:
    night = Hours.model_validate({"days": ["sun"], "from": "22:00", "to": "06:00"})
    assert night.covers(0, 60)


def test_an_unquoted_time_is_no_number() -> None:
    # YAML 1.1 reads 22:00 as the number 1320
    assert Hours.model_validate({"from": 1320, "to": "24:00"}).from_ == "22:00"


@pytest.mark.parametrize("time", ["25:00", "22:60", "22", "noon", "24:01", -1])
def test_no_time_of_day(time: object) -> None:
    with pytest.raises(ValidationError):
        Hours.model_validate({"from": time})


@given(st.integers(0, 6), st.floats(0, 1439.99))
def test_the_default_covers_every_moment(weekday: int, minute: float) -> None:
    assert Hours.model_validate({}).covers(weekday, minute)


@given(st.integers(0, 1440), st.integers(0, 1440), st.integers(0, 6), st.integers(0, 1439))
def test_a_stretch_and_its_complement_cover_each_moment_once(
    begin: int, end: int, weekday: int, minute: int
) -> None:
    if begin == end or {begin, end} == {0, 1440}:
        return
    one = Hours.model_validate({"days": list(DAYS), "from": begin, "to": end})
    other = Hours.model_validate({"days": list(DAYS), "from": end, "to": begin})
    assert one.covers(weekday, minute) != other.covers(weekday, minute)
