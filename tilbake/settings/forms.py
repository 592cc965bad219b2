"""The forms that the values of settings have: each makes a value of a text, or says by which rule it cannot."""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import ip_network
from pathlib import Path
from typing import Literal, TypeVar
from urllib.parse import urlsplit

from api.secure_urls import is_secure
from domain.language import Language
from tilbake.language import named, said
from tilbake.settings import texts

C = TypeVar("C", bound=str)
DATABASE_SCHEMES = ("postgresql", "postgres", "postgresql+asyncpg")


class Unusable(ValueError):
    """A text is not of the form: `rule` goes on a sentence that begins with a name; `value` may be shown, None may not."""

    def __init__(self, rule: str, value: str | None = None) -> None:
        super().__init__(rule)
        self.rule = rule
        self.value = value


def text(value: str) -> str:
    """Anything."""
    return value


def path(value: str) -> Path:
    """A file or a directory, also one below `~`."""
    return Path(value).expanduser().absolute()


def choice(*choices: C) -> Callable[[str], C]:
    """One of these words."""

    def form(value: str) -> C:
        for one in choices:
            if value.lower() == one:
                return one
        raise Unusable(said(texts.ONE_OF, choices=", ".join(choices)), value.lower())

    return form


def language_code(value: str) -> Literal["en", "nb"]:
    """One of the two languages; the rule is said in both, because nobody knows which one is read."""
    found = named(value)
    if found is None:
        raise Unusable(said(texts.LANGUAGE), value)
    return "nb" if found is Language.NB else "en"


def some_of(*choices: str) -> Callable[[str], tuple[str, ...]]:
    """Some of these words, with commas between them."""

    def form(value: str) -> tuple[str, ...]:
        for one in names(value):
            if one not in choices:
                raise Unusable(said(texts.SOME_OF, choices=", ".join(choices)), one)
        return names(value) or choices

    return form


def flag(value: str) -> bool:
    """0 or 1."""
    return choice("0", "1")(value) == "1"


def number(least: int, most: int) -> Callable[[str], int]:
    """A whole number between two others."""

    def form(value: str) -> int:
        if not (value.isascii() and value.isdigit() and len(value) <= 9 and least <= int(value) <= most):
            raise Unusable(said(texts.NUMBER, least=least, most=most), value)
        return int(value)

    return form


port = number(1, 65535)


def names(value: str) -> tuple[str, ...]:
    """Names with commas between them."""
    return tuple(one.strip() for one in value.split(",") if one.strip())


def headers(value: str) -> tuple[str, ...]:
    """Headers as NAME=VALUE with commas between them, names in the form that gRPC takes. A wrong one is not shown."""
    for one in names(value):
        if re.fullmatch(r"[a-z0-9_.-]+=[\x20-\x7e]+", one) is None or one.startswith("grpc-"):
            raise Unusable(said(texts.HEADERS))
    return names(value)


def networks(value: str) -> str:
    """Networks such as 10.0.0.0/8, parted by commas, as they are kept: in one plain form."""
    try:
        return ",".join(str(ip_network(one)) for one in names(value))
    except ValueError:
        raise Unusable(said(texts.NETWORKS), value) from None


def address(value: str) -> str:
    """A host and a port."""
    _, colon, given = value.rpartition(":")
    if not colon or "/" in value or not _is_port(given):
        raise Unusable(said(texts.ADDRESS), value)
    return value


def url(*schemes: str) -> Callable[[str], str]:
    """A URL without its trailing slash; a wrong one is not shown, because it may hold a password."""

    def form(value: str) -> str:
        plain = value.rstrip("/")
        scheme, _, rest = plain.partition("://")
        if scheme not in schemes or not _has_host(rest):
            raise Unusable(said(texts.URL, scheme=schemes[0]))
        return plain

    return form


def database(value: str) -> str:
    """The address of a database, with the one scheme that all of ours begin with."""
    _, _, rest = url(*DATABASE_SCHEMES)(value).partition("://")
    return f"{DATABASE_SCHEMES[0]}://{rest}"


def issuer(value: str) -> str:
    """The issuer exactly as its tokens name it, a slash at the end included."""
    if "?" in value or not is_secure(value, loopback=True):
        raise Unusable(said(texts.ISSUER), value)
    return value


def _is_port(value: str) -> bool:
    try:
        return port(value) > 0
    except Unusable:
        return False


def _has_host(rest: str) -> bool:
    """Whether a host is named and the port, if there is one, is a port: asking for it fails where it is none."""
    try:
        parts = urlsplit(f"//{rest}")
        return bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
