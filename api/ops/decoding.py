"""What the Temporal UI and its command line ask a codec for: payloads as Temporal stores them, and as they were. Pure but for the codec.

The form is that of Temporal: `{"payloads": [{"metadata": {...}, "data": "..."}]}`, bytes in base64. It decodes only: nothing below
/ops writes, so nobody needs anything encoded.
"""

from __future__ import annotations

from typing import Any, Final

from google.protobuf.json_format import MessageToDict, ParseDict, ParseError
from temporalio.api.common.v1 import Payloads
from temporalio.converter import PayloadCodec

from api.edge import EdgeError, edge_error
from api.excerpts import excerpt
from domain.refusals import Code
from tilbake.temporal.payload_codec import NotOurs, UnknownKey

MOST_PAYLOADS: Final = 2000


async def decoded(body: Any, codec: PayloadCodec) -> dict[str, Any]:
    """The payloads of a body, decrypted.

    Raises EdgeError: invalid_value for what is no list of payloads, undecryptable where a key is missing or a payload was changed.
    """
    payloads = _payloads_in(body)
    try:
        found = await codec.decode(payloads.payloads)
    except UnknownKey as missing:
        raise edge_error(Code.UNDECRYPTABLE, why="unknown_key", key=excerpt(missing.key_id)) from None
    except NotOurs:
        raise edge_error(Code.UNDECRYPTABLE) from None
    return MessageToDict(Payloads(payloads=found)) or {"payloads": []}


def _payloads_in(body: Any) -> Payloads:
    if not isinstance(body, dict):
        raise _no_payloads()
    try:
        payloads = ParseDict(body, Payloads(), ignore_unknown_fields=True)
    except (ParseError, TypeError, ValueError, AttributeError):
        raise _no_payloads() from None
    if len(payloads.payloads) > MOST_PAYLOADS:
        raise _no_payloads()
    return payloads


def _no_payloads() -> EdgeError:
    return edge_error(Code.INVALID_VALUE, place={"pointer": "/payloads"}, field="payloads", expected="list")
