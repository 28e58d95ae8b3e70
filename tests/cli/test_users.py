from pathlib import Path

import pytest
from typer.testing import CliRunner

from curtilage.cli.main import app
from curtilage.errors import InputError
from curtilage.store import notices
from curtilage.store.accounts import users as accounts
from curtilage.store.index.database import Database

GOOD = "four words in a row"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "curtilage.yaml"
    file.write_text(
        f"state: {tmp_path / 'state'}\nvolumes: [{{path: {tmp_path / 'recordings'}}}]\n"
        "cameras: [{name: front, url: 'rtsp://192.0.2.7/one'}]\n"
    )
    return file


def run(config: Path, *words: str, typed: str = "") -> str:
    done = CliRunner().invoke(app, ["user", *words, "--config", str(config)], input=typed)
    if isinstance(done.exception, InputError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


def test_the_owner_makes_an_account_and_sets_a_forgotten_password(config: Path) -> None:
    assert "no accounts" in run(config, "list")
    made = run(config, "add", "ada", "--role", "administrator", typed=f"{GOOD}\n{GOOD}\n")
    assert GOOD not in made
    run(config, "add", "vera", "--camera", "front", typed=f"{GOOD}\n{GOOD}\n")
    listed = run(config, "list")
    assert "administrator" in listed
    assert "front" in listed
    state = config.parent / "state"
    with Database.open(state) as database:
        with database.read() as connection:
            before = accounts.password_of(connection, "vera")
        database.now(lambda c: accounts.disable(c, "vera", 1))
    run(config, "password", "vera", typed=f"another {GOOD}\nanother {GOOD}\n")
    with Database.open(state) as database, database.read() as connection:
        after = accounts.password_of(connection, "vera")
        assert after is not None
        assert after != before
        assert [notice.sentence for notice in notices.since(connection, 0)] == [
            "the owner made ada (administrator) on this machine",
            "the owner made vera (viewer) on this machine",
            "the owner of the machine set the password of vera",
        ]


@pytest.mark.parametrize(
    ("words", "typed", "sentence"),
    [
        (("add", "ada", "--role", "root"), "", "--role is viewer, operator"),
        (("add", "Ada Lovelace"), "", "of a-z"),
        (("add", "ada", "--camera", "frond"), "", "no camera 'frond'"),
        (("add", "ada"), "short\nshort\n", "12 to 256"),
        (("password", "nobody"), "", "no account 'nobody'"),
    ],
)
def test_what_is_wrong_is_a_sentence(
    config: Path, words: tuple[str, ...], typed: str, sentence: str
) -> None:
    with pytest.raises(InputError, match=sentence):
        run(config, *words, typed=typed)


def test_no_password_is_taken_from_the_command_line(config: Path) -> None:
    done = CliRunner().invoke(
        app, ["user", "add", "ada", "--password", GOOD, "--config", str(config)]
    )
    assert done.exit_code == 2
