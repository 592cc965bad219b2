"""What has to be in the wheel, and nothing else: the packages of the service, its migrations, worker.py."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Final

_SUFFIXES: Final = {".py", ".sql"}
_NOT_SHIPPED: Final = {"tests", "scripts", "samples"}
_PRIVATE_KEY: Final = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=]{20}")


def shipped(committed: Iterable[str]) -> set[str]:
    """Of the files of the project those that belong into the wheel: code of packages, and SQL beside it."""
    return {name for name in committed if name == "worker.py" or _is_of_a_package(PurePosixPath(name))}


def faults(found: Mapping[str, bytes], *, committed: Iterable[str], version: str) -> list[str]:
    """A sentence for each thing that is wrong with a wheel; `found` are its files by name."""
    about = f"tilbake-{version}.dist-info/"
    code = {name for name in found if not name.startswith(about)}
    wanted = shipped(committed)
    secret = sorted(name for name, content in found.items() if _PRIVATE_KEY.search(content))
    return [
        *(f"{name} is missing from the wheel." for name in sorted(wanted - code)),
        *(f"{name} does not belong into the wheel." for name in sorted(code - wanted)),
        *(f"{name} holds a private key." for name in secret),
        *([] if f"{about}METADATA" in found else [f"The wheel does not say that it is version {version}."]),
    ]


def _is_of_a_package(path: PurePosixPath) -> bool:
    return len(path.parts) > 1 and path.suffix in _SUFFIXES and path.parts[0] not in {*_NOT_SHIPPED, "deploy", "docs"}
