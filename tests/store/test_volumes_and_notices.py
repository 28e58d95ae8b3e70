from sqlalchemy import Connection

from curtilage.store import notices
from curtilage.store.notices import Notice, NoticeKind
from curtilage.store.recorded import volumes
from curtilage.store.recorded.volumes import VolumeRow
from tests.store.support import keep, row


def test_a_volume_is_known_by_its_identity_wherever_it_is_mounted(connection: Connection) -> None:
    volumes.seen(connection, "uuid-1", "/mnt/a", 10)
    volumes.seen(connection, "uuid-2", "/mnt/b", 20)
    volumes.seen(connection, "uuid-1", "/mnt/c", 30)
    assert volumes.known(connection) == [
        VolumeRow("uuid-1", "/mnt/c", 10, 30),
        VolumeRow("uuid-2", "/mnt/b", 20, 20),
    ]


def test_a_volume_that_only_segments_speak_of_is_known_without_a_path(
    connection: Connection,
) -> None:
    keep(connection, row(1, 2, volume="uuid-9"))
    assert [(one.identity, one.path) for one in volumes.known(connection)] == [("uuid-9", "")]


def test_the_newest_notices_oldest_first(connection: Connection) -> None:
    told = [Notice(at, "gate", "main", NoticeKind.NOT_RECORDING, f"since {at}") for at in range(5)]
    told.append(Notice(9, None, None, NoticeKind.VOLUME_LOST, "the disk is gone"))
    for one in told:
        notices.add(connection, one)
    assert notices.since(connection, 0) == told
    assert notices.since(connection, 4) == told[4:]
    assert notices.since(connection, 0, most=2) == told[-2:]
    assert notices.forget(connection, 4) == 4
    assert notices.since(connection, 0) == told[4:]
