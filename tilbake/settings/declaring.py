"""How a setting is declared: as a field of its group, with all that is to be said about it beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypedDict, TypeVar, Unpack

T = TypeVar("T")
_DECLARED = "declared"


class Further(TypedDict, total=False):
    """What not every setting needs: see `Declared`."""

    otherwise: Callable[[Any, Mapping[str, str]], Any]
    shown: str
    secret: bool
    also: str


@dataclass(frozen=True, slots=True)
class Declared:
    """One setting.

    Arguments:
        name: of the variable.
        form: makes the value of a text that is not empty, or raises `Unusable`.
        default: where nothing is said.
        meaning: a sentence for docs/settings.md, in Markdown.
        otherwise: the default where it depends on other settings (first argument) or on the environment (second).
        shown: the default as docs/settings.md has it, where it is not the value itself.
        secret: never shown. The value may also stand in a file that `NAME_FILE` names, read at the start; where a setting
            of that name is declared itself, its file is read by whoever needs the secret.
        also: a variable of somebody else's that is read where ours is not set.
    """

    name: str
    form: Callable[[str], Any]
    default: Any
    meaning: str
    otherwise: Callable[[Any, Mapping[str, str]], Any] | None = None
    shown: str = ""
    secret: bool = False
    also: str = ""


def setting(form: Callable[[str], T], *, default: T, meaning: str, **further: Unpack[Further]) -> T:
    """Declare a field of a dataclass as a setting; see `Declared` for what can be said."""
    metadata = {_DECLARED: {"form": form, "default": default, "meaning": meaning, **further}}
    return field(default=default, repr=not further.get("secret", False), metadata=metadata)


def declared(group: type[Any]) -> Iterator[tuple[str, Declared]]:
    """The settings of a group, or of all groups, by the names of their fields."""
    for item in fields(group):
        yield item.name, Declared(name=f"TILBAKE_{item.name.upper()}", **item.metadata[_DECLARED])


def file_names(group: type[Any]) -> dict[str, str]:
    """By the variable of each secret that may stand in a file the variable that names that file."""
    found = [one for _, one in declared(group)]
    own = {one.name for one in found}
    return {one.name: f"{one.name}_FILE" for one in found if one.secret and f"{one.name}_FILE" not in own}
