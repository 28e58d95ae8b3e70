"""Users, credentials and attempts, on SQLite and on PostgreSQL."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curtilage.store.accounts import attempts, credentials
from curtilage.store.accounts import users as accounts
from curtilage.store.accounts.attempts import FORGOTTEN_NS, Limit
from curtilage.store.accounts.users import AccountError, NoSuchAccountError
from curtilage.store.index.database import Database
from tests.store.support import in_memory

S = 1_000_000_000
T0 = 1_795_000_000 * S
HASH, OTHER = "of a password", "of a secret"


def add(database: Database, name: str, role: str, cameras: list[str] | None = None) -> int:
    return database.now(
        lambda c: accounts.add(
            c,
            name=name,
            role=role,
            password=HASH,
            cameras=cameras,
            at_ns=T0,
        )
    ).id


def test_users_are_kept_changed_and_removed(database: Database) -> None:
    add(database, "ada", "administrator")
    number = add(database, "vera", "viewer", ["front", "back"])
    with database.read() as connection:
        assert accounts.find(connection, "vera").cameras == frozenset({"front", "back"})
        assert accounts.find(connection, "ada").cameras is None
        assert [user.name for user in accounts.every(connection)] == ["ada", "vera"]
        assert accounts.password_of(connection, "vera") == (number, HASH)
    with pytest.raises(AccountError, match="already"):
        add(database, "vera", "viewer")
    with pytest.raises(AccountError, match="last administrator"):
        database.now(lambda c: accounts.set_role(c, "ada", "viewer"))
    with database.read() as connection:
        assert accounts.find(connection, "ada").role == "administrator"
    database.now(lambda c: accounts.disable(c, "vera", T0))
    with database.read() as connection:
        assert accounts.password_of(connection, "vera") is None
    database.now(lambda c: accounts.remove(c, "vera"))
    with database.read() as connection, pytest.raises(NoSuchAccountError):
        accounts.find(connection, "vera")


def test_sessions_and_tokens_belong_to_a_user_and_end(database: Database) -> None:
    number = add(database, "ada", "administrator")
    other = add(database, "vera", "viewer", [])

    session = database.now(
        lambda c: credentials.open_session(
            c,
            user_id=number,
            secret=OTHER,
            at_ns=T0,
            address="::1",
            agent="x" * 999,
        )
    )
    token = database.now(
        lambda c: credentials.add_token(
            c,
            user_id=number,
            name="wall",
            secret=OTHER,
            rights=["video"],
            cameras=["front"],
            at_ns=T0,
            expires_ns=T0 + S,
        )
    )
    with database.read() as connection:
        found = credentials.session_of(connection, OTHER, T0)
        assert found is not None
        assert (found[0].id, found[1].name) == (session, "ada")
        assert credentials.session_of(connection, OTHER, T0 + credentials.IDLE_NS) is None
        made = credentials.token_of(connection, OTHER, T0)
        assert made is not None
        assert (made[0].rights, made[0].cameras) == (frozenset({"video"}), frozenset({"front"}))
        assert credentials.token_of(connection, OTHER, T0 + S) is None
    assert not database.now(lambda c: credentials.end_session(c, other, session))
    assert not database.now(lambda c: credentials.end_token(c, other, token))
    assert database.now(lambda c: credentials.end_session(c, number, session))
    assert database.now(lambda c: credentials.end_token(c, number, token))


def test_a_disabled_user_has_no_session_even_if_one_was_just_opened(database: Database) -> None:
    number = add(database, "vera", "viewer")
    database.now(lambda c: accounts.disable(c, "vera", T0))
    database.now(
        lambda c: credentials.open_session(
            c, user_id=number, secret=OTHER, at_ns=T0, address="::1", agent=""
        )
    )
    with database.read() as connection:
        assert credentials.session_of(connection, OTHER, T0) is None


def test_the_set_up_token_is_used_once(database: Database) -> None:
    database.now(lambda c: credentials.new_setup_token(c, "a", T0 + S))
    database.now(lambda c: credentials.new_setup_token(c, "b", T0 + S))
    assert not database.now(lambda c: credentials.use_setup_token(c, "a", T0))
    assert not database.now(lambda c: credentials.use_setup_token(c, "b", T0 + S))
    assert database.now(lambda c: credentials.use_setup_token(c, "b", T0))
    assert not database.now(lambda c: credentials.use_setup_token(c, "b", T0))


def test_attempts_are_counted_and_forgotten(database: Database) -> None:
    limit = Limit("a", free=2, longest_s=60)
    waits = [database.now(lambda c: attempts.begin(c, [limit], T0)) for _ in range(3)]
    assert waits == [0.0, 0.0, 1.0]
    later = T0 + FORGOTTEN_NS + 1
    assert database.now(lambda c: attempts.begin(c, [limit], later)) == 0.0


@given(
    st.integers(1, 10),
    st.integers(1, 600),
    st.lists(st.integers(-5 * S, 100 * S), min_size=1, max_size=60),
)
def test_whoever_guesses_gets_few_tries_and_whoever_waits_gets_one(
    free: int, longest_s: int, steps: list[int]
) -> None:
    """However they are spaced; and whatever the clock does, the longest wait lets one in."""
    limit = Limit("a", free, longest_s)
    with in_memory() as connection:
        now_ns, allowed, passed_ns = T0, 0, 0
        for step in steps:
            now_ns += step
            passed_ns += max(step, 0)
            allowed += attempts.begin(connection, [limit], now_ns) == 0.0
        delays = [min(longest_s, 1 << n) * S for n in range(allowed - free)]
        assert allowed <= free or sum(delays[:-1]) <= passed_ns
        attempts.begin(connection, [limit], now_ns)
        assert attempts.begin(connection, [limit], now_ns + longest_s * S) == 0.0
