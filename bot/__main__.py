"""python -m bot run | demo | migrate | check | audit | orders | erase | backup | restore | invite | qr | …"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable, Coroutine, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from uvicorn.loops.auto import auto_loop_factory

from bot import backup, demo, logs, restore
from bot.app import App, make_catalogue, open_app, opened, secrets_of, utc_now
from bot.config import ConfigError, Settings, load_company, load_settings
from bot.diagram import referrals_page, states_page
from bot.obstacles import of_disk, of_token, shown
from bot.scenes import PURPOSES, make_code
from bot.server import bound, serve
from bot.talk import talk
from domain.chat import Text
from domain.company import Company
from domain.people import Invitation, Role
from handlers.turn import Links
from messages import Catalogue
from storage.database import Database
from storage.store import Store

NOBODY_OUTSIDE: dict[str, Any] = {
    name: field.default
    for name, field in Settings.model_fields.items()
    if name.partition("_")[0] in ("telegram", "wechat", "wecom", "shop")
}
"""The demo is for this machine alone, whatever the environment says."""
INVITABLE = ("admin", "manager", "staff")
T = TypeVar("T")


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="python -m bot", description="Jiangdao")
    commands = top.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="serve the company")
    show = commands.add_parser("demo", help="serve a seeded company on one page with three phones")
    show.add_argument("--port", type=int, default=8080)
    show.add_argument("--reset", action="store_true", help="start over")
    commands.add_parser("migrate", help="bring the database up to date")
    commands.add_parser("check", help="check settings, company file, database, disk and platforms")
    save = commands.add_parser("backup", help="save database, files and secret, beside the running bot")
    save.add_argument("folder", nargs="?", type=Path, help="where backups are kept; data/backups if left out")
    save.add_argument("--keep", type=int, default=0, metavar="N", help="remove all but the newest N")
    load = commands.add_parser("restore", help="put a backup into its place; sends nothing old again")
    load.add_argument("folder", type=Path, help="one backup: the folder with its manifest")
    load.add_argument("--force", action="store_true", help="even if there is data; that is kept under another name")
    commands.add_parser("audit", help="prove the ledger, beside the running bot")
    bought = commands.add_parser("orders", help="take in a CSV file of what happened to orders")
    bought.add_argument("file", type=Path, help="UTF-8 or GBK; columns: order, kind, amount in yuan, phone, at, id")
    forget = commands.add_parser("erase", help="erase what is known of a person, for good")
    forget.add_argument("who", help="a phone, or the number of one of their requests")
    forget.add_argument("--yes", action="store_true", help="do not ask first")
    invite = commands.add_parser("invite", help="make a single-use invitation")
    invite.add_argument("role", choices=INVITABLE)
    invite.add_argument("--name", default="")
    code = commands.add_parser("qr", help="make a code to scan that opens the Official Account with something known")
    code.add_argument("purpose", choices=PURPOSES)
    code.add_argument("value", help="an invitation's or referral's code, a product's model, the id of an asset or home")
    code.add_argument("--days", type=int, metavar="N", help="good for 1 to 30 days; for ever if left out")
    code.add_argument("--out", type=Path, metavar="FILE", help="write the picture there, as PNG")
    console = commands.add_parser("console", help="talk to the bot in this terminal")
    console.add_argument("--as", dest="account", default="console")
    docs = commands.add_parser("docs", help="write the pages that are made from the tables")
    docs.add_argument("--folder", type=Path, default=Path("docs"))
    return top


def main(given: Sequence[str] | None = None) -> int:
    """Run a command; 0 if it went well, 2 with one line for each problem if it cannot start."""
    options = parser().parse_args(given)
    try:
        return COMMANDS[options.command](options)
    except ConfigError as error:
        return _refused(error.problems)
    except OSError as error:
        return _refused(of_disk(error).problems)
    except KeyboardInterrupt:
        return 130


def _refused(problems: Sequence[str]) -> int:
    for problem in problems:
        print(f"✗ {problem}", file=sys.stderr)
    return 2


def run(options: argparse.Namespace) -> int:
    """Serve the company."""
    settings = load_settings()
    logs.set_up(settings.log_level, settings.log_format, secrets_of(settings))
    return _loop(_serve(settings), auto_loop_factory())


def run_demo(options: argparse.Namespace) -> int:
    """Serve the demo; its data lies beside a company's own and never mixes with it."""
    folder = Path("data") / demo.FOLDER
    settings = load_settings(
        env_file=None,
        host="127.0.0.1",
        port=options.port,
        public_url=f"http://127.0.0.1:{options.port}",
        **NOBODY_OUTSIDE,
        data_dir=folder,
        database_url=f"sqlite:///{folder / demo.DATABASE}",
    )
    logs.set_up("WARNING", settings.log_format)
    return _loop(_serve_demo(settings, options.reset), auto_loop_factory())


async def _serve(settings: Settings) -> int:
    listener = bound(settings.host, settings.port)
    async with open_app(settings) as app:
        await _greet(app)
        await _first_admin(app)
        await serve(app, listener, ready=lambda: _say_ready(app))
    return 0


async def _serve_demo(settings: Settings, reset: bool) -> int:
    listener = bound(settings.host, settings.port)
    if reset:
        demo.start_over(settings)
    async with open_app(settings, seats=demo.seats(), change=demo.relaxed) as app:
        await demo.seed(app)
        await serve(app, listener, ready=lambda: _say_ready(app))
    return 0


def _say_ready(app: App) -> None:
    print(f"{app.company.name}  {app.settings.public_url}", flush=True)


async def _greet(app: App) -> None:
    """Telegram tells our name; a network that is down is asked again later.

    Raises:
        ConfigError: it does not know the token.
    """
    for entrance in app.entrances.values():
        if not await entrance.hello():
            raise of_token()


async def _first_admin(app: App) -> None:
    """While nobody is admin, each start prints a fresh invitation for the first one."""
    if not await app.database.read(lambda connection: Store(connection).people.working(Role.ADMIN)):
        made = await _invitation(app.links, app.company, app.catalogue, app.database, Role.ADMIN)
        print(made, flush=True)


async def _invitation(
    links: Links, company: Company, catalogue: Catalogue, database: Database, role: Role, name: str = ""
) -> str:
    """A fresh invitation, in the company's language, to be handed on."""
    now = utc_now()
    expires = now + timedelta(hours=company.promises.invitation_hours)
    invitation = Invitation("invite", role, {"name": name}, "command line", expires)
    code = await database.transact(lambda connection: Store(connection).codes.mint(invitation, now))
    who = name or catalogue.render(company.locale, Text(f"role-{role.value}"), now)
    link = "\n".join(links.start(code))
    told = Text("invite-made", {"name": who, "link": link, "code": code, "until": expires})
    return catalogue.render(company.locale, told, now)


def migrate(options: argparse.Namespace) -> int:
    """Bring the database up to date."""
    settings = load_settings()

    async def work() -> int:
        async with opened(settings):
            print(f"✓ {shown(settings.database_url)}")
        return 0

    return _loop(work())


def check(options: argparse.Namespace) -> int:
    """Check settings, company file, database, disk and the platforms outside; changes nothing."""
    from bot.checkup import checkup, passed

    findings = _loop(checkup(load_settings(), utc_now))
    for one in findings:
        print(one)
    return 0 if passed(findings) else 2


def prove_ledger(options: argparse.Namespace) -> int:
    """Prove the ledger; 2 if something is wrong with it."""
    from bot import audit

    proof = _loop(audit.audit(load_settings()))
    print("\n".join(audit.told(proof)))
    return 2 if proof and proof.faults else 0


def take_orders(options: argparse.Namespace) -> int:
    """Take in a file of orders; 2 and a line for each row that cannot be read, and then nothing is taken."""
    from bot.order_file import take_in

    print("\n".join(_loop(take_in(load_settings(), options.file))))
    return 0


def erase(options: argparse.Namespace) -> int:
    """Erase a person, after asking."""
    from bot.erase import erase_person

    print("\n".join(_loop(erase_person(load_settings(), options.who, options.yes))))
    return 0


def make_backup(options: argparse.Namespace) -> int:
    """Make a backup, beside the running bot or without it, and read it back."""
    settings = load_settings()
    into = options.folder or settings.data_dir / backup.BACKUPS
    made = _loop(backup.make(settings, into, utc_now()))
    print("\n".join(backup.told(made)))
    if options.keep:
        backup.thin_out(into, options.keep)
    return 2 if made.manifest.missing else 0


def restore_backup(options: argparse.Namespace) -> int:
    """Put a backup into its place; nothing old is sent again."""
    restored = _loop(restore.restore(load_settings(), options.folder, utc_now(), options.force))
    print("\n".join(restore.told_of(restored)))
    return 0


def invite(options: argparse.Namespace) -> int:
    """Print a single-use link and code for staff; the first admin comes this way."""
    settings = load_settings()
    company = load_company(settings.company_file)
    catalogue = make_catalogue(company)

    async def work() -> int:
        async with opened(settings) as database:
            name = await _telegram_name(settings)
            links = Links(settings.public_url, lambda: name)
            print(await _invitation(links, company, catalogue, database, Role(options.role), options.name))
        return 0

    return _loop(work())


def make_qr(options: argparse.Namespace) -> int:
    """Make a code to scan for the Official Account."""
    settings = load_settings()
    print("\n".join(_loop(make_code(settings, options.purpose, options.value, options.days, options.out))))
    return 0


async def _telegram_name(settings: Settings) -> str:
    """The bot's own name on Telegram; empty without a token, or if nobody answers soon.

    Raises:
        ConfigError: nobody there knows the token.
    """
    if settings.telegram_token is None:
        return ""
    from bot.channels.telegram_open import ask_name

    name = await ask_name(settings.telegram_token.get_secret_value(), settings.telegram_api_base)
    if name is None:
        raise of_token()
    return name


def console(options: argparse.Namespace) -> int:
    """Talk to the bot in this terminal."""
    settings = load_settings()
    logs.set_up("WARNING", settings.log_format, secrets_of(settings))
    return _loop(talk(settings, options.account))


def docs(options: argparse.Namespace) -> int:
    """Write the pages that are made from the tables."""
    (options.folder / "states.md").write_text(states_page(), encoding="utf-8")
    (options.folder / "referrals.md").write_text(referrals_page(), encoding="utf-8")
    return 0


def _loop(work: Coroutine[Any, Any, T], loop: Callable[[], asyncio.AbstractEventLoop] | None = None) -> T:
    """Run a command; a server on the loop that uvicorn would choose, which takes a fifth less time over PostgreSQL."""
    with asyncio.Runner(loop_factory=loop) as runner:
        return runner.run(work)


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "run": run,
    "demo": run_demo,
    "migrate": migrate,
    "check": check,
    "audit": prove_ledger,
    "orders": take_orders,
    "erase": erase,
    "backup": make_backup,
    "restore": restore_backup,
    "invite": invite,
    "qr": make_qr,
    "console": console,
    "docs": docs,
}

if __name__ == "__main__":
    sys.exit(main())
