"""The search attributes by which people find recalls in the Temporal UI.

Registering them is a gate: a workflow that starts with an attribute the server does not know fails. So the worker calls
`ensure_search_attributes` before it polls, against any cluster, and a wrong type stops it with a sentence.
"""

from __future__ import annotations

import asyncio
import time

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from tilbake.errors import CannotStart
from tilbake.temporal import texts

KEYWORD = IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD
SEARCH_ATTRIBUTES: dict[str, IndexedValueType.ValueType] = {
    "RecallStatus": KEYWORD,
    "RecallKind": KEYWORD,
    "Approver": KEYWORD,
    "Requester": KEYWORD,
    "Subject": KEYWORD,
    "ReasonCode": KEYWORD,
    "BatchId": KEYWORD,
    "BlockedBy": KEYWORD,
    "RecallAmount": IndexedValueType.INDEXED_VALUE_TYPE_DOUBLE,
    "DecisionDue": IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
    "NeedsAttention": IndexedValueType.INDEXED_VALUE_TYPE_BOOL,
}
USABLE_WITHIN_SECONDS = 30.0
OPERATOR_API_CLOSED = (RPCStatusCode.PERMISSION_DENIED, RPCStatusCode.UNIMPLEMENTED)


async def ensure_search_attributes(client: Client) -> None:
    """Register what is missing, compare the types, and return when the server accepts them all.

    Safe to run from several processes at once. Raises CannotStart when an attribute exists with another type. Where the
    operator API is closed (Temporal Cloud) they have to be there already, and only that is checked.
    """
    try:
        await _register_missing(client)
    except RPCError as error:
        if error.status not in OPERATOR_API_CLOSED:
            raise
    await _wait_until_usable(client)


async def _register_missing(client: Client) -> None:
    missing = SEARCH_ATTRIBUTES.keys() - (await _registered(client)).keys()
    if missing:
        await _register(client, {name: SEARCH_ATTRIBUTES[name] for name in missing})
    _compare(await _registered(client), client.namespace)


async def missing_search_attributes(client: Client) -> list[str]:
    """Names that are not registered, for the doctor; writes nothing."""
    return sorted(SEARCH_ATTRIBUTES.keys() - (await _registered(client)).keys())


async def _registered(client: Client) -> dict[str, IndexedValueType.ValueType]:
    request = ListSearchAttributesRequest(namespace=client.namespace)
    return dict((await client.operator_service.list_search_attributes(request)).custom_attributes)


async def _register(client: Client, attributes: dict[str, IndexedValueType.ValueType]) -> None:
    request = AddSearchAttributesRequest(namespace=client.namespace, search_attributes=attributes)
    try:
        await client.operator_service.add_search_attributes(request)
    except RPCError as error:
        if error.status != RPCStatusCode.ALREADY_EXISTS:
            raise


def _compare(registered: dict[str, IndexedValueType.ValueType], namespace: str) -> None:
    for name, wanted in SEARCH_ATTRIBUTES.items():
        found = registered.get(name)
        if found != wanted:
            types = {"found": _name(found), "wanted": _name(wanted)}
            raise CannotStart(texts.OTHER_TYPE, name=name, namespace=namespace, **types)


def _name(value: IndexedValueType.ValueType | None) -> str:
    return IndexedValueType.Name(value).removeprefix("INDEXED_VALUE_TYPE_").title() if value else "none"


async def _wait_until_usable(client: Client) -> None:
    """The server takes up new attributes after a moment; a count over each of them tells when."""
    query = " AND ".join(f"{name} IS NULL" for name in SEARCH_ATTRIBUTES)
    deadline = time.monotonic() + USABLE_WITHIN_SECONDS
    while True:
        try:
            await client.count_workflows(query)
            return
        except RPCError as error:
            if error.status != RPCStatusCode.INVALID_ARGUMENT:
                raise
            if time.monotonic() > deadline:
                names = ", ".join(f"{name} ({_name(kind)})" for name, kind in SEARCH_ATTRIBUTES.items())
                facts = {"namespace": client.namespace, "names": names, "why": error}
                raise CannotStart(texts.ATTRIBUTES_MISSING, **facts) from None
        await asyncio.sleep(0.1)
