import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from curtilage.store import StoreError
from curtilage.store.recorded import holds, segments
from curtilage.store.recorded.holds import Hold
from tests.store.support import S, in_memory, keep, row


def hold(connection: Connection, camera: str | None, from_s: int, to_s: int) -> Hold:
    return holds.add(
        connection,
        camera=camera,
        from_ns=from_s * S,
        to_ns=to_s * S,
        reason="burglary, file 17/26",
        by="anna",
        at_ns=5,
    )


def test_a_hold_is_kept_on_record_after_its_release(connection: Connection) -> None:
    first = hold(connection, "gate", 10, 20)
    second = hold(connection, None, 30, 40)
    assert holds.current(connection) == [first, second]
    released = holds.release(connection, first.id, by="boris", at_ns=9)
    assert (released.released_by, released.released_ns) == ("boris", 9)
    assert holds.current(connection) == [second]
    assert holds.ever(connection) == [released, second]
    with pytest.raises(StoreError, match="was released before, by boris"):
        holds.release(connection, first.id, by="carl", at_ns=10)
    with pytest.raises(StoreError, match="no hold 99"):
        holds.release(connection, 99, by="carl", at_ns=10)


def test_a_hold_touches_its_stretch_and_no_more(connection: Connection) -> None:
    own = hold(connection, "gate", 10, 20)
    every = hold(connection, None, 30, 40)
    assert holds.covering(connection, "gate", 0, 10 * S) == []
    assert holds.covering(connection, "gate", 0, 10 * S + 1) == [own]
    assert holds.covering(connection, "gate", 20 * S, 30 * S) == []
    assert holds.covering(connection, "gate", 19 * S, 31 * S) == [own, every]
    assert holds.covering(connection, "door", 0, 100 * S) == [every]


def test_a_hold_needs_a_stretch_and_a_reason(connection: Connection) -> None:
    with pytest.raises(StoreError, match="end after it begins"):
        hold(connection, "gate", 10, 10)
    with pytest.raises(StoreError, match="needs a reason"):
        holds.add(connection, camera=None, from_ns=0, to_ns=1, reason=" ", by="a", at_ns=1)


seconds = st.integers(0, 30)
cameras = st.sampled_from(["gate", "door"])
stretches = st.tuples(seconds, st.integers(1, 10))


@given(
    st.lists(st.tuples(cameras, stretches), min_size=1, max_size=8),
    st.lists(st.tuples(st.none() | cameras, stretches, st.booleans()), max_size=4),
)
def test_nothing_on_hold_is_ever_offered_or_marked_for_deletion(
    recorded: list[tuple[str, tuple[int, int]]],
    held: list[tuple[str | None, tuple[int, int], bool]],
) -> None:
    with in_memory() as connection:
        keep(
            connection,
            *(
                row(start, start + length, camera=camera, path=f"{number}.mp4")
                for number, (camera, (start, length)) in enumerate(recorded)
            ),
        )
        for camera, (start, length), is_released in held:
            one = hold(connection, camera, start, start + length)
            if is_released:
                holds.release(connection, one.id, by="boris", at_ns=9)
        everything = list(segments.of_volume(connection, "disk"))
        free = {
            one.id
            for one in everything
            if not any(
                camera in (None, one.camera)
                and start * S < one.end_ns
                and (start + length) * S > one.start_ns
                for camera, (start, length), is_released in held
                if not is_released
            )
        }
        by_volume = segments.oldest_on_volume(connection, "disk", most=100)
        by_camera = [
            one
            for camera in ("gate", "door")
            for one in segments.oldest_of_camera(connection, camera, before_ns=1000 * S, most=100)
        ]
        marked = segments.mark_deleting(connection, [one.id for one in everything])
        for found in (by_volume, by_camera, marked):
            assert {one.id for one in found} == free
