"""Writes the table of docs/settings.md from the declared settings: `python -m tilbake.settings_page`.

What stands around the table is the page's own. A test keeps the table up to date.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tilbake.settings.api import Api, Webhooks
from tilbake.settings.declaring import Declared, declared, file_names
from tilbake.settings.general import General, Tests
from tilbake.settings.mail import Mail
from tilbake.settings.postgres import Postgres
from tilbake.settings.reading import as_text
from tilbake.settings.sign_in import SignIn
from tilbake.settings.temporal import Temporal

PAGE = Path(__file__).parent.parent / "docs" / "settings.md"
_HEAD = "| variable | default | meaning |\n|---|---|---|\n"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the table: its title with the page that says more, a word on all of it, what is read by others than `Settings`."""

    title: str
    settings: type[Any]
    remark: str = ""
    elsewhere: str = ""


PARTS = (
    Part("", General),
    Part("**API**", Api),
    Part("**Webhooks out** (channels.md)", Webhooks),
    Part("**Mail** (channels.md)", Mail, "the same for every worker"),
    Part(
        "**Sign-in**",
        SignIn,
        "see [permissions.md](permissions.md)",
        "| `TILBAKE_TOKEN` | one of the local issuer | the token `scripts/tilbake import`, `export` and `policy` sign in with |",
    ),
    Part("**Postgres**", Postgres),
    Part("**Temporal**", Temporal),
    Part("**Tests**", Tests),
)


def page(now: str) -> str:
    """The page with its table written anew; `now` is the page as it is."""
    before, head, rest = now.partition(_HEAD)
    _, gap, after = rest.partition("\n\n")
    return before + head + "\n".join(row for part in PARTS for row in _rows(part)) + gap + after


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


def _rows(part: Part) -> Iterator[str]:
    if part.title:
        yield f"| {part.title} | | {part.remark} |".replace("|  |", "| |")
    files = file_names(part.settings)
    for _, one in declared(part.settings):
        names = f"`{one.name}`" + (f" or `{files[one.name]}`" if one.name in files else "")
        yield f"| {names} | {one.shown or _default(one)} | {one.meaning} |"
    if part.elsewhere:
        yield part.elsewhere


def _default(setting: Declared) -> str:
    """The default as a person would write it."""
    words = as_text(setting.default)
    return f"`{words.replace(',', '`, `')}`" if words else "none"


if __name__ == "__main__":
    main()
