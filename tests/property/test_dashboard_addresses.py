"""Whatever somebody asks of the Temporal UI: what goes on stays below it, in one namespace, and writes nothing."""

from __future__ import annotations

import posixpath
import re
from urllib.parse import unquote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.edge import EdgeError
from api.ops.addresses import check

pytestmark = pytest.mark.property
UI = httpx.URL("http://ui:8080/ops/temporal")
WORDS = ("api", "v1", "namespaces", "own", "other", "workflows", "query", "signal", "terminate", "auth", "x")
PIECES = st.sampled_from(
    [*WORDS, "/", "//", ".", "..", "%2e", "%252e", "%2f", "%252f", "%5c", "\\", "@", ":", "?", "#", "%", "%00"]
)
LIKELY = st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(lambda words: "/" + "/".join(words))
PATHS = st.one_of(st.lists(PIECES, max_size=12).map("".join), LIKELY, st.text(max_size=30))
METHODS = st.sampled_from(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "get", "TRACE"])


def goes_on(method: str, path: str, query: str = "") -> bool:
    """Whether it is passed on; anything but a refusal on purpose is a fault."""
    try:
        check(method, path, query, namespace="own")
    except EdgeError:
        return False
    return True


def read_to_the_end(path: str) -> str:
    while (again := unquote(path)) != path:
        path = again
    return path


@given(PATHS)
def test_what_goes_on_stays_below_the_ui_however_often_it_is_read(path: str) -> None:
    if not goes_on("GET", path):
        return

    sent = UI.copy_with(raw_path=UI.raw_path + path.encode("ascii"))
    read = read_to_the_end(path)
    assert (sent.host, sent.port, sent.raw_path) == ("ui", 8080, b"/ops/temporal" + path.encode("ascii"))
    assert posixpath.normpath(f"/ops/temporal{read}") == f"/ops/temporal{read}".rstrip("/")
    assert read.count("/") == path.count("/")


@given(PATHS)
def test_no_other_namespace_is_reached(path: str) -> None:
    found = re.match(r"/api/v1/namespaces/([^/]+)", read_to_the_end(path))

    assert not goes_on("GET", path) or found is None or found[1] == "own"


@given(METHODS, PATHS)
def test_nothing_but_a_query_goes_on_that_is_more_than_a_look(method: str, path: str) -> None:
    if goes_on(method, path):
        query = re.fullmatch(r"/api/v1/namespaces/own/workflows/[^/]+/query/\w+", path)
        assert method in {"GET", "HEAD"} or (method == "POST" and query)


@given(st.text(max_size=30))
def test_a_query_string_that_is_none_goes_nowhere(query: str) -> None:
    assert goes_on("GET", "/x", query) == all("!" <= one <= "~" for one in query)
