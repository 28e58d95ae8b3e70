"""An index on a server that is stopped, crashes, refuses, hangs, or loses its answers."""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from curtilage.config.site import SiteSettings
from curtilage.store import Database, StoreError, notices
from curtilage.store.errors import UnavailableError
from curtilage.store.index.database import no_index
from curtilage.store.notices import Notice, NoticeKind
from curtilage.store.recorded import segments
from tests.postgres import PASSWORD, Server
from tests.store.lossy import Lossy
from tests.store.support import keep, row

WAIT_S = 30.0


@pytest.fixture
def name(postgres: Server) -> Iterator[str]:
    made = postgres.new_database()
    yield made
    postgres.drop(made)


@pytest.fixture
def database(postgres: Server, name: str, tmp_path: Path) -> Iterator[Database]:
    with Database.on_server(postgres.url(name), tmp_path) as opened:
        yield opened


def noting(sentence: str) -> Callable[[Connection], None]:
    notice = Notice(1, None, None, NoticeKind.RECOVERED, sentence)
    return lambda connection: notices.add(connection, notice)


def notes(database: Database) -> list[str]:
    with database.read() as connection:
        return [one.sentence for one in notices.since(connection, 0, most=10_000)]


def test_a_site_with_an_address_has_its_index_there(
    postgres: Server, name: str, tmp_path: Path
) -> None:
    site = SiteSettings.model_validate(
        {
            "state": tmp_path / "state",
            "volumes": [{"path": tmp_path / "video"}],
            "database": postgres.url(name),
        }
    )
    assert no_index(site) == f"'{name}' on the PostgreSQL server at 127.0.0.1:{postgres.port}: " + (
        "there is no index"
    )
    with Database.of(site) as database:
        assert database.is_new
        assert database.state == tmp_path / "state"
        database.now(noting("one"))
    assert no_index(site) is None
    with Database.of(site) as database:
        assert (database.is_new, database.was_damaged, database.is_there()) == (False, False, True)
        assert notes(database) == ["one"]
    assert not (tmp_path / "state" / "curtilage.db").exists()


def test_paths_are_in_the_order_of_their_bytes(database: Database) -> None:
    """As files of a disk are: fsck walks along both."""
    paths = ["a/b.mp4", "a-b/c.mp4", "B.mp4", "a_b.mp4", "ab.mp4", "a/B.mp4", "ä.mp4", "a b.mp4"]
    database.now(lambda c: keep(c, *(row(n, n + 1, path=p) for n, p in enumerate(paths))))
    with database.read() as connection:
        found = [one.path for one in segments.of_volume(connection, "disk")]
    assert found == sorted(paths)
    assert found != sorted(paths, key=str.casefold)


def test_words_of_a_camera_may_hold_a_zero_byte(database: Database) -> None:
    database.now(noting("odd\0words"))
    assert notes(database) == ["odd\N{REPLACEMENT CHARACTER}words"]


def test_what_is_confirmed_is_on_the_servers_disk(postgres: Server, name: str) -> None:
    with postgres.connect("postgres") as server:
        server.execute(f"ALTER DATABASE {name} SET synchronous_commit = off".encode())
    with Database.on_server(postgres.url(name), postgres.folder / "state") as database:
        found = database.now(lambda c: c.execute(text("SHOW synchronous_commit")).scalar())
    assert found == "on"


def test_a_server_that_was_started_anew_costs_nothing(postgres: Server, database: Database) -> None:
    database.now(noting("before"))
    assert notes(database) == ["before"]
    postgres.stop()
    postgres.start()
    database.now(noting("after"))
    assert notes(database) == ["before", "after"]


def test_a_server_that_is_away_is_a_sentence_and_the_next_change_is_tried(
    postgres: Server, database: Database
) -> None:
    database.now(noting("before"))
    postgres.stop()
    try:
        with pytest.raises(UnavailableError, match=r"cannot be reached \(Connection refused\)"):
            database.now(noting("never"))
        with pytest.raises(UnavailableError, match="cannot be reached"):
            notes(database)
        with pytest.raises(UnavailableError, match="cannot be reached"):
            Database.on_server(postgres.url("x"), database.state)
    finally:
        postgres.start()
    database.now(noting("after"))
    assert notes(database) == ["before", "after"]


def test_no_sentence_holds_the_password(postgres: Server, name: str, tmp_path: Path) -> None:
    wrong = {
        r"refuses its user or password": postgres.url(name, key="wrong-secret"),
        r"asks for a password": postgres.url(name, key=""),
        r"is not there: database \"nothing\" does not exist": postgres.url("nothing"),
        r"cannot be reached": SecretStr(f"postgresql://curtilage:wrong-secret@127.0.0.1:1/{name}"),
        r"is no address of a PostgreSQL": SecretStr("mysql://a:wrong-secret@host/db"),
        r"`database` cannot be read": SecretStr("postgresql://a:wrong@secret@host/db"),
        r"cannot be read; write": SecretStr("postgresql://a:wrong/secret@host/db"),
    }
    for sentence, url in wrong.items():
        with pytest.raises(StoreError, match=sentence) as raised:
            Database.on_server(url, tmp_path)
        assert "secret" not in str(raised.value)
        assert PASSWORD not in str(raised.value)
    with Database.on_server(postgres.url(name), tmp_path) as database:
        assert PASSWORD not in repr(vars(database)) + repr(vars(database._place))


def test_a_user_that_may_not_make_tables_is_told_so(
    postgres: Server, name: str, tmp_path: Path
) -> None:
    with postgres.connect("postgres") as server:
        server.execute("DROP ROLE IF EXISTS guest")
        server.execute("CREATE ROLE guest LOGIN PASSWORD 'guest'")
    with pytest.raises(UnavailableError, match="make this user the owner of the database"):
        Database.on_server(postgres.url(name, user="guest", key="guest"), tmp_path)


def test_a_database_of_another_encoding_is_refused(postgres: Server, tmp_path: Path) -> None:
    words = "TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE_PROVIDER libc LOCALE 'C'"
    made = postgres.new_database(words)
    with pytest.raises(StoreError, match="is written in SQL_ASCII; make the database again"):
        Database.on_server(postgres.url(made), tmp_path)
    postgres.drop(made)


def test_a_server_that_may_only_be_read_is_a_sentence(database: Database) -> None:
    """As a copy of another server is."""

    def write(connection: Connection) -> None:
        connection.execute(text("SET TRANSACTION READ ONLY"))
        noting("never")(connection)

    with pytest.raises(UnavailableError, match="read-only; give the address of the server"):
        database.now(write)
    database.now(noting("after"))


def test_a_full_disk_of_the_server_is_a_sentence(database: Database) -> None:
    raised = "DO $$ BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = '53100'; END $$"
    with pytest.raises(UnavailableError, match=r"The disk of the index .* is full"):
        database.now(lambda c: c.exec_driver_sql(raised))
    database.now(noting("after"))


def test_tables_that_were_taken_away_can_come_back(postgres: Server, database: Database) -> None:
    with postgres.connect(database.name.split("'")[1]) as server:
        server.execute("ALTER TABLE notices RENAME TO gone")
        good = database.write(lambda c: keep(c, row(1, 2)))
        with pytest.raises(UnavailableError, match="has lost its tables"):
            database.now(noting("never"))
        good.result(WAIT_S)
        server.execute("ALTER TABLE gone RENAME TO notices")
    database.now(noting("after"))


def test_a_connection_that_the_server_ends_in_a_change_ends_only_its_group(
    postgres: Server, database: Database
) -> None:
    def is_cut(connection: Connection) -> None:
        noting("never")(connection)
        number = connection.execute(text("SELECT pg_backend_pid()")).scalar()
        with postgres.connect("postgres") as server:
            server.execute("SELECT pg_terminate_backend(%s)", [number])
        noting("nor this")(connection)

    with pytest.raises(UnavailableError, match="cannot be reached"):
        database.now(is_cut)
    database.now(noting("after"))
    assert notes(database) == ["after"]


def test_a_process_that_hangs_in_a_change_loses_the_lock(
    postgres: Server, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on = threading.Event()

    inside = threading.Event()

    def hangs(connection: Connection) -> None:
        noting("never")(connection)
        inside.set()
        goes_on.wait(WAIT_S)
        noting("nor this")(connection)

    monkeypatch.setattr("curtilage.store.server.on_server._STILL_S", 0.2)
    with (
        Database.on_server(postgres.url(name), tmp_path) as one,
        Database.on_server(postgres.url(name), tmp_path) as other,
    ):
        hanging = one.write(hangs)
        assert inside.wait(WAIT_S)
        other.now(noting("from the other"))
        goes_on.set()
        assert isinstance(hanging.exception(WAIT_S), UnavailableError)
        one.now(noting("after"))
        assert notes(one) == ["from the other", "after"]


def test_a_statement_that_takes_too_long_is_a_sentence(
    postgres: Server, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("curtilage.store.server.on_server._STATEMENT_S", 0.2)
    with Database.on_server(postgres.url(name), tmp_path) as database:
        with pytest.raises(UnavailableError, match="took too long"):
            database.now(lambda c: c.execute(text("SELECT pg_sleep(20)")))
        with pytest.raises(UnavailableError, match="took too long"), database.read() as connection:
            connection.execute(text("SELECT pg_sleep(20)"))
        database.now(noting("after"))


def test_a_server_that_stops_to_answer_is_not_waited_for(
    postgres: Server, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("curtilage.store.server.on_server._STATEMENT_S", 0.2)
    monkeypatch.setattr("curtilage.store.server.connection.GRACE_S", 0.2)
    monkeypatch.setattr("curtilage.store.server.connection._CONNECT_S", 2)
    with Database.on_server(postgres.url(name), tmp_path) as database:
        database.now(noting("before"))
        with database.read() as connection:
            postgres.send(signal.SIGSTOP)
            try:
                with pytest.raises(UnavailableError, match=r"cannot be reached \(.*timeout"):
                    database.now(noting("never"))
                with pytest.raises(DBAPIError, match="no answer"):
                    notices.since(connection, 0)
            finally:
                postgres.send(signal.SIGCONT)
        database.now(noting("after"))
        assert notes(database) == ["before", "after"]


@pytest.mark.parametrize("arrives", [True, False], ids=["arrives", "does not"])
def test_a_commit_whose_answer_is_lost_is_neither_lost_nor_doubled(
    postgres: Server, name: str, tmp_path: Path, arrives: bool
) -> None:
    with Lossy(postgres.port) as way:
        url = postgres.url(name).get_secret_value().replace(f":{postgres.port}/", f":{way.port}/")
        with Database.on_server(SecretStr(url), tmp_path) as database:
            database.now(noting("before"))
            way.lose_next_commit(arrives)
            doubtful = database.write(noting("doubtful"))
            assert way.lost.wait(WAIT_S)
            if arrives:
                doubtful.result(WAIT_S)
            else:
                assert isinstance(doubtful.exception(WAIT_S), UnavailableError)
            database.now(noting("after"))
            assert notes(database) == ["before", *(["doubtful"] if arrives else []), "after"]


def test_while_nobody_knows_of_a_commit_other_changes_are_told_that_the_server_is_away(
    postgres: Server, name: str, tmp_path: Path
) -> None:
    with Lossy(postgres.port) as way:
        url = postgres.url(name).get_secret_value().replace(f":{postgres.port}/", f":{way.port}/")
        with Database.on_server(SecretStr(url), tmp_path) as database:
            way.lose_next_commit(True, closed=True)
            doubtful = database.write(noting("doubtful"))
            assert way.lost.wait(WAIT_S)
            with pytest.raises(UnavailableError, match="cannot be reached"):
                database.now(noting("never"))
            assert not doubtful.done()
            way.open_again()
            doubtful.result(WAIT_S)  # by itself, without another change
            assert notes(database) == ["doubtful"]


@pytest.mark.parametrize(
    "crashes", [4, pytest.param(100, marks=pytest.mark.slow)], ids=["a few", "many"]
)
def test_crashes_of_the_server_neither_lose_nor_double_a_change(
    postgres: Server, database: Database, crashes: int
) -> None:
    """Each change is given until it is done; each must be there exactly once."""
    ended = threading.Event()
    done: list[str] = []

    def works(who: int) -> None:
        number = 0
        while not ended.is_set():
            sentence = f"{who} {number}"
            try:
                database.write(noting(sentence)).result(WAIT_S)
            except UnavailableError:
                time.sleep(0.005)
                continue
            done.append(sentence)
            number += 1

    threads = [threading.Thread(target=works, args=(who,)) for who in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(crashes):
        before = len(done)
        while len(done) < before + 20:
            time.sleep(0.001)
        postgres.stop(signal.SIGQUIT)
        postgres.start()
    ended.set()
    for thread in threads:
        thread.join(WAIT_S)
    assert len(done) > 4 * crashes
    assert sorted(notes(database)) == sorted(done)


def test_two_who_open_at_once_make_the_tables_once(
    postgres: Server, name: str, tmp_path: Path
) -> None:
    opened: list[Future[bool]] = []

    def opens(future: "Future[bool]") -> None:
        try:
            with Database.on_server(postgres.url(name), tmp_path) as database:
                future.set_result(database.is_new)
        except BaseException as error:
            future.set_exception(error)

    for _ in range(4):
        opened.append(Future())
        threading.Thread(target=opens, args=(opened[-1],)).start()
    # Who found no tables at first says so, also if another has made them meanwhile.
    assert any(one.result(WAIT_S) for one in opened)


def test_too_many_readers_wait_and_are_told(
    postgres: Server, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("curtilage.store.server.on_server._READERS", 3)
    with Database.on_server(postgres.url(name), tmp_path, timeout_s=0.2) as database:
        inside = [database.read() for _ in range(3)]
        for one in inside:
            one.__enter__()
        with pytest.raises(UnavailableError, match="too many at once"):
            notes(database)
        for one in inside:
            one.__exit__(None, None, None)
        assert notes(database) == []


def test_one_recorder_at_a_time_has_a_claim(
    postgres: Server, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("curtilage.store.server.claim._DOUBT_S", 0.0)
    url = postgres.url(name)
    with Database.on_server(url, tmp_path / "one") as one:
        one.claim()
        other = Database.on_server(url, tmp_path / "other", timeout_s=0.1)
        with pytest.raises(StoreError, match="is used by another recorder"):
            other.claim()
        other.now(noting("a claim keeps nobody from writing"))
        assert one.is_there()
        postgres.stop()
        assert one.is_there()  # away, not taken
        postgres.start()
        assert one.is_there()  # taken again
        with pytest.raises(StoreError, match="is used by another recorder"):
            other.claim()
        postgres.stop()
        postgres.start()
        other.claim()
        assert not one.is_there()
        other.close()
        assert one.is_there()


def test_the_fixture_is_a_server_of_its_own(postgres: Server) -> None:
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(postgres.url("postgres", key="no").get_secret_value())
