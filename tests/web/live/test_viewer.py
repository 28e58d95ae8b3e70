"""A viewer who is too slow loses whole GOPs and is told; he never gets old pictures."""

import asyncio
import json

from hypothesis import given
from hypothesis import strategies as st

from curtilage.web.live.messages import Message, Opening, Picture, Word
from curtilage.web.live.viewer import Viewer

STEP_NS = 100_000_000
GOP = 10


def picture(number: int, size: int = 100) -> Picture:
    return Picture(number.to_bytes(4, "big") + bytes(size - 4), number % GOP == 0, number * STEP_NS)


def number(message: Message) -> int:
    assert isinstance(message, Picture)
    return int.from_bytes(message.data[:4], "big")


def taken(viewer: Viewer) -> list[Message]:
    viewer.wake()
    return asyncio.run(viewer.take())


def test_who_keeps_up_gets_everything() -> None:
    viewer = Viewer()
    for n in range(30):
        viewer.put(picture(n))
        assert [number(m) for m in taken(viewer)] == [n]
    assert viewer.skipped == 0


def test_what_one_is_greeted_with_is_not_late_however_long() -> None:
    viewer = Viewer(behind_ns=3 * STEP_NS)
    viewer.greet([picture(n) for n in range(9)])
    viewer.put(picture(9))
    assert [number(m) for m in taken(viewer)] == list(range(10))


def test_words_and_heads_are_never_thrown_away() -> None:
    viewer = Viewer(behind_ns=3 * STEP_NS)
    head = Opening("{}", "h264", b"head")  # type: ignore[arg-type]  # any codec
    viewer.put(head)
    for n in range(50):
        viewer.put(picture(n))
    viewer.put(Word("{}"))
    assert next(m for m in taken(viewer) if not isinstance(m, Picture)) is head


def test_memory_is_bounded_also_without_time() -> None:
    viewer = Viewer(most_bytes=5_000)
    for n in range(0, 1000, GOP):
        viewer.put(Picture(bytes(1000), True, 0))
        assert n >= 0
    assert sum(len(m.data) for m in taken(viewer) if isinstance(m, Picture)) <= 5_000


@given(st.lists(st.integers(0, 40), max_size=20))
def test_whatever_the_pace_the_story_is_whole(pauses: list[int]) -> None:
    """After a hole comes its number, then a keyframe; nothing is older than the limit."""
    viewer = Viewer(behind_ns=5 * STEP_NS)
    heard: list[Message] = []
    n = 0
    for pause in [*pauses, 0]:
        for _ in range(pause):
            viewer.put(picture(n))
            n += 1
        now = taken(viewer)
        pictures = [number(m) for m in now if isinstance(m, Picture)]
        assert not pictures or n - 1 - pictures[0] <= 5 + GOP
        heard += now
    expected, said = 0, 0
    for message in heard:
        if isinstance(message, Word):
            said += json.loads(message.text)["pictures"]
            continue
        came = number(message)
        assert came == expected + said, "a hole was not told exactly"
        assert not said or came % GOP == 0, "went on in the middle of a GOP"
        expected, said = came + 1, 0
