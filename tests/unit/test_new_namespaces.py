"""A namespace that was made a moment before is waited for until the server knows it, and for no longer than is sensible."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from temporalio.service import RPCError, RPCStatusCode

from tilbake.embedded import temporal_on_postgres
from tilbake.embedded.temporal_on_postgres import _ensure_namespace

pytestmark = pytest.mark.unit


class Server:
    """Answers about a namespace after so many refusals; a client, too, as far as it is asked."""

    namespace = "default"

    def __init__(self, *refusals: RPCStatusCode) -> None:
        self._refusals = list(refusals)
        self.asked = 0

    @property
    def workflow_service(self) -> Any:
        return SimpleNamespace(register_namespace=self._good, describe_namespace=self._good)

    @property
    def operator_service(self) -> Any:
        return SimpleNamespace(list_search_attributes=self._known)

    async def _good(self, _request: Any, **_more: Any) -> None:
        """Done."""

    async def _known(self, _request: Any) -> Any:
        self.asked += 1
        if self._refusals:
            raise RPCError("Namespace default is not found.", self._refusals.pop(0), b"")
        return SimpleNamespace(custom_attributes={})


async def test_it_is_asked_for_until_it_is_known() -> None:
    server: Any = Server(RPCStatusCode.NOT_FOUND, RPCStatusCode.NOT_FOUND)

    await _ensure_namespace(server)

    assert server.asked == 3


async def test_another_refusal_is_not_waited_for() -> None:
    server: Any = Server(RPCStatusCode.PERMISSION_DENIED)

    with pytest.raises(RPCError):
        await _ensure_namespace(server)

    assert server.asked == 1


async def test_one_that_stays_unknown_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(temporal_on_postgres, "NAMESPACE_PATIENCE_SECONDS", 0.0)
    server: Any = Server(*[RPCStatusCode.NOT_FOUND] * 9)

    with pytest.raises(RPCError, match="not found"):
        await _ensure_namespace(server)

    assert server.asked < 9
