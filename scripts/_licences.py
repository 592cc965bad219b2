"""Writes docs/licences.md: the licence of every package that the service is made of, as the package itself declares it.

`python scripts/_licences.py`; a test keeps the page up to date. Reads what is installed, for the names in the locks.
"""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Final

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "licences.md"
_SERVICE, _EVERYTHING = ROOT / "deploy" / "containers" / "requirements.txt", ROOT / "deploy" / "requirements.txt"
_BY_CLASSIFIER: Final = "License :: OSI Approved :: "
_INTRODUCTION = """# Licences of what Tilbake is made of

Made from the locks and from what is installed by `python scripts/_licences.py`. Each line is what the package declares of itself;
versions stand in the locks (`deploy/containers/requirements.txt`, `deploy/requirements.txt`). A package that only another system needs is
not installed here, and its licence is to be looked up there. Tilbake's own licence is not decided yet: there is no LICENSE file.
"""


def page() -> str:
    """The whole page as Markdown."""
    service, everything = _names(_SERVICE), _names(_EVERYTHING)
    parts = [("In the images and in the wheel's needs", service), ("On one machine also", everything - service)]
    return "\n".join([_INTRODUCTION, *(_part(title, names) for title, names in parts)])


def licence(name: str) -> str:
    """What a package says of its licence: the expression, else the classifier, else the first line of the free text."""
    try:
        said = metadata(name)
    except PackageNotFoundError:
        return "not installed on this system"
    classifiers = [
        one.removeprefix(_BY_CLASSIFIER) for one in said.get_all("Classifier") or [] if one.startswith(_BY_CLASSIFIER)
    ]
    expression, free = (said[name].strip() if name in said else "" for name in ("License-Expression", "License"))
    return expression or ", ".join(sorted(classifiers)) or free.partition("\n")[0] or "does not say"


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


def _part(title: str, names: set[str]) -> str:
    rows = [f"| {name} | {licence(name).replace('|', '/')} |" for name in sorted(names)]
    return "\n".join([f"## {title}", "", "| package | licence |", "|---|---|", *rows, ""])


def _names(lock: Path) -> set[str]:
    return set(re.findall(r"^([A-Za-z0-9._-]+)==", lock.read_text(encoding="utf-8"), re.MULTILINE))


if __name__ == "__main__":
    main()
