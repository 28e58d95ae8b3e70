import threading
from collections.abc import Generator

import pytest

from curtilage.ingest.footage.ahead import ReadAhead


def count(end: int) -> Generator[int, None, None]:
    yield from range(end)


def test_everything_in_order() -> None:
    with ReadAhead(lambda: count(1000), 3) as ahead:
        assert list(ahead.items()) == list(range(1000))


def test_an_error_comes_at_its_place() -> None:
    def failing() -> Generator[int, None, None]:
        yield 1
        yield 2
        raise ValueError("broken")

    with ReadAhead(failing, 3) as ahead:
        items = ahead.items()
        assert [next(items), next(items)] == [1, 2]
        with pytest.raises(ValueError, match="broken"):
            next(items)


def test_it_reads_no_further_than_its_depth() -> None:
    made: list[int] = []
    enough = threading.Event()

    def recorded() -> Generator[int, None, None]:
        for number in range(100):
            made.append(number)
            if number == 3:
                enough.set()
            yield number

    with ReadAhead(recorded, 3):
        assert enough.wait(5)
        assert len(made) <= 4


def test_closing_ends_the_thread_and_the_generator() -> None:
    closed = threading.Event()

    def endless() -> Generator[int, None, None]:
        try:
            while True:
                yield 1
        finally:
            closed.set()

    with ReadAhead(endless, 2) as ahead:
        next(ahead.items())
    assert closed.wait(5)


def test_the_caller_is_asked_while_nothing_comes() -> None:
    go_on = threading.Event()

    def slow() -> Generator[int, None, None]:
        go_on.wait(30)
        yield 1

    def check() -> None:
        raise TimeoutError

    with ReadAhead(slow, 1) as ahead:
        with pytest.raises(TimeoutError):
            next(ahead.items(check))
        go_on.set()
