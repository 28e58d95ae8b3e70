"""Notices: what the owner should know, in sentences: not recording, recording again, and so on."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, delete, insert, select

from curtilage.store.recorded.tables import notices


class NoticeKind(StrEnum):
    """What a notice is about."""

    NOT_RECORDING = "not recording"
    RECORDING_AGAIN = "recording again"
    RECOVERED = "recovered"
    VOLUME_LOST = "volume lost"
    DISK_FULL = "disk full"
    NO_BUS = "no live packets"
    CAMERA = "camera"
    VOLUME_BACK = "volume back"
    INDEX_DAMAGED = "index damaged"
    PART = "part restarted"
    SETTINGS = "settings"
    ACCOUNTS = "accounts"
    ARMING = "arming"


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that happened."""

    time_ns: int
    camera: str | None  # None: it is about the whole site
    stream: str | None
    kind: NoticeKind
    sentence: str


def add(connection: Connection, notice: Notice) -> None:
    """Keeps a notice."""
    connection.execute(
        insert(notices).values(
            time_ns=notice.time_ns,
            camera=notice.camera,
            stream=notice.stream,
            kind=notice.kind.value,
            sentence=notice.sentence,
        )
    )


def since(connection: Connection, from_ns: int, *, most: int = 1000) -> list[Notice]:
    """Notices from ``from_ns`` on, oldest first; the newest ``most`` of them."""
    rows = connection.execute(
        select(
            notices.c.time_ns,
            notices.c.camera,
            notices.c.stream,
            notices.c.kind,
            notices.c.sentence,
        )
        .where(notices.c.time_ns >= from_ns)
        .order_by(notices.c.time_ns.desc(), notices.c.id.desc())
        .limit(most)
    ).all()
    return [
        Notice(row.time_ns, row.camera, row.stream, NoticeKind(row.kind), row.sentence)
        for row in reversed(rows)
    ]


def forget(connection: Connection, before_ns: int) -> int:
    """Deletes notices older than ``before_ns``; how many."""
    return connection.execute(delete(notices).where(notices.c.time_ns < before_ns)).rowcount
