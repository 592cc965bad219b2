"""Which requests are passed on to the Temporal UI: what only looks, in the namespace of the service. Pure.

An address is passed on as it came, byte for byte, so one that would mean another place when it is read once more is refused.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final
from urllib.parse import unquote

from api.edge import EdgeError, edge_error
from domain.refusals import Code

LOOKS: Final = frozenset({"GET", "HEAD"})
_PLAIN: Final = re.compile(r"(/[A-Za-z0-9._~!$&'()*+,;=:@%-]+)*/?")
_UNSHOWABLE: Final = re.compile(r"[\\\x00-\x1f\x7f-\x9f\ufffd]")
_QUERY_STRING: Final = re.compile(r"[!-~]*")
_QUERY: Final = re.compile(r"/api/v1/namespaces/[^/]+/workflows/[^/]+/query/\w+", re.ASCII)
_READINGS: Final = 4
_LONGEST: Final = 32_768
"""The UI has details rendered that stand in the address."""


def check(method: str, path: str, query: str, *, namespace: str) -> None:
    """Let go on what may be passed on; path: below that of the UI, as it was sent.

    Raises EdgeError not_found for what is no address of the UI, or of another namespace, and method_not_allowed for what writes.
    """
    if len(path) + len(query) > _LONGEST or not _QUERY_STRING.fullmatch(query):
        raise no_page()
    parts = _parts(path)
    if parts[:1] == ["auth"]:  # the sign-in of the UI itself: here people sign in with Tilbake
        raise no_page()
    if method not in LOOKS and not (method == "POST" and _QUERY.fullmatch(path)):
        raise _only_looking()
    if parts[:1] == ["api"] and any(one == "namespaces" and of != namespace for one, of in pairwise(parts)):
        raise no_page()


def no_page() -> EdgeError:
    """There is nothing at an address below /ops."""
    return edge_error(Code.NOT_FOUND, why="dashboard")


def _only_looking() -> EdgeError:
    refused = edge_error(Code.METHOD_NOT_ALLOWED, why="dashboard")
    refused.headers["Allow"] = ", ".join(sorted(LOOKS))
    return refused


def _parts(path: str) -> list[str]:
    """The words of a path that names the same place however often it is read: the UI itself encodes ids twice.

    Raises EdgeError not_found for any other.
    """
    if not _PLAIN.fullmatch(path):
        raise no_page()
    read = path
    for _ in range(_READINGS):
        parts = read.split("/")
        if {".", ".."} & set(parts) or len(parts) != path.count("/") + 1 or _UNSHOWABLE.search(read):
            break
        again = unquote(read)
        if again == read:
            return [one for one in parts if one]
        read = again
    raise no_page()
