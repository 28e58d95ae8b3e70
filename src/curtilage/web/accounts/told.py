"""What happened to accounts, kept as notices: the owner sees who let whom in."""

from sqlalchemy import Connection

from curtilage.store import notices
from curtilage.store.notices import Notice, NoticeKind


def tell(connection: Connection, at_ns: int, sentence: str) -> None:
    """Keeps it, in the transaction of the change that it tells of."""
    notices.add(connection, Notice(at_ns, None, None, NoticeKind.ACCOUNTS, sentence))
