"""``curtilage user``: accounts, for the owner on the machine itself; also when locked out."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from curtilage.cli.recording import Config
from curtilage.cli.when import local
from curtilage.errors import InputError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from curtilage.web.accounts.passwords import Passwords

app = typer.Typer(help="Accounts of the web, for the owner of this machine.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the account.")]


@app.command(name="list")
def list_(config: Config = None) -> None:
    """Show the accounts."""
    from curtilage.app.recording.settings_file import site_of
    from curtilage.store.accounts import users as accounts
    from curtilage.store.index.database import Database

    with Database.of(site_of(config)) as database, database.read() as connection:
        found = accounts.every(connection)
    if not found:
        typer.echo("there are no accounts; `curtilage user add NAME --role administrator` adds one")
        return
    table = Table("account", "role", "cameras", "password set", "", box=None)
    for user in found:
        table.add_row(
            user.name,
            user.role,
            "all" if user.cameras is None else ", ".join(sorted(user.cameras)) or "none",
            local(user.password_ns),
            "disabled" if user.disabled_ns is not None else "",
        )
    Console().print(table)


@app.command()
def add(
    name: Name,
    role: Annotated[
        str, typer.Option("--role", help="viewer, operator, administrator or auditor.")
    ] = "viewer",
    camera: Annotated[
        list[str] | None,
        typer.Option("--camera", help="A camera that they see; repeat it. Without it, all."),
    ] = None,
    config: Config = None,
) -> None:
    """Make an account; the password is asked for."""
    from curtilage.app.recording.settings_file import site_of
    from curtilage.store.accounts import users as accounts
    from curtilage.store.index.database import Database
    from curtilage.web.accounts.names import must_be_a_name
    from curtilage.web.accounts.passwords import Passwords
    from curtilage.web.accounts.told import tell
    from curtilage.web.guard.rights import Role

    if role not in set(Role):
        raise InputError(f"--role is {', '.join(Role)}, not {role!r}")
    must_be_a_name(name)
    site = site_of(config)
    known = [one.name for one in site.cameras]
    for one in camera or ():
        if one not in known:
            raise InputError(f"--camera: there is no camera {one!r}; there are {', '.join(known)}")
    with Database.of(site) as database:
        password = _asked_password(name, Passwords())
        now_ns = _now_ns()

        def change(connection: "Connection") -> None:
            tell(connection, now_ns, f"the owner made {name} ({role}) on this machine")
            accounts.add(
                connection,
                name=name,
                role=role,
                password=password,
                cameras=camera or None,
                at_ns=now_ns,
            )

        database.now(change)
    typer.echo(f"{name} can sign in, as {role}")


@app.command()
def password(name: Name, config: Config = None) -> None:
    """Set a password, which is asked for; enables the account, ends its sessions and tokens."""
    from curtilage.app.recording.settings_file import site_of
    from curtilage.store.accounts import users as accounts
    from curtilage.store.index.database import Database
    from curtilage.web.accounts.passwords import Passwords
    from curtilage.web.accounts.users import reset

    with Database.of(site_of(config)) as database:
        with database.read() as connection:
            accounts.find(connection, name)  # says so before a password is typed
        hashed = _asked_password(name, Passwords())
        database.now(lambda c: reset(c, name, hashed, _now_ns(), "the owner of the machine"))
        database.now(lambda c: accounts.enable(c, name))
    typer.echo(f"the password of {name} is set; who was signed in as {name} is not any more")


def _asked_password(name: str, passwords: "Passwords") -> str:
    """By prompt: what is typed on a command line stands in the shell's history and in ``ps``."""
    from curtilage.web.accounts.passwords import must_be_good

    typed = typer.prompt("password", hide_input=True, confirmation_prompt=True)
    must_be_good(typed, name)
    return passwords.hash(typed)


def _now_ns() -> int:
    return round(datetime.now(UTC).timestamp() * 1e9)
