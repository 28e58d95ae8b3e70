"""The next rows of some cameras in order of time, whichever index that needs.

By the index of time alone, a camera that seldom sees anything would be a long walk past the rows of
all others; by the index of cameras, fifty cameras would be a sort of everything there is. So a
few cameras are asked one by one and many together.
"""

from collections.abc import Callable, Collection
from typing import Any, Final

from sqlalchemy import Column, Connection, Row, Select

_ONE_BY_ONE: Final = 8


def next_rows(
    connection: Connection,
    query: Select[Any],
    camera_id: Column[Any],
    numbers: Collection[int],
    most: int,
    order: Callable[[Row[Any]], tuple[int, int]],
) -> list[Row[Any]]:
    """The first ``most`` rows of ``query`` that are of these cameras.

    Args:
        connection: of a transaction.
        query: already in its order.
        camera_id: the column of the camera's number.
        numbers: which cameras.
        most: how many rows at most.
        order: the same order, of rows: the smallest comes first.
    """
    query = query.limit(most)
    if len(numbers) > _ONE_BY_ONE:
        # Plus nothing, so that SQLite does not take the index of cameras and sort.
        return list(connection.execute(query.where((camera_id + 0).in_(numbers))))
    found = [
        row for number in numbers for row in connection.execute(query.where(camera_id == number))
    ]
    return sorted(found, key=order)[:most]
