"""Answers and signatures, one by one."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook

from tilbake.conformance.client import Channel, reply_of, sign
from tilbake.conformance.outcomes import CaseFailed, Refused

pytestmark = pytest.mark.unit

REQUEST = httpx.Request("GET", "http://fake/v1/thing")


def answer(status: int, **content: Any) -> httpx.Response:
    return httpx.Response(status, request=REQUEST, **content)


def test_a_refusal_carries_one_code_for_each_line() -> None:
    problem = {"code": "several_refusals", "errors": [{"code": "locked"}, {"code": "not_yours"}]}

    with pytest.raises(Refused) as caught:
        reply_of(answer(422, json=problem))

    assert caught.value.codes == ("locked", "not_yours")


def test_a_refusal_of_the_whole_call_carries_its_one_code() -> None:
    with pytest.raises(Refused) as caught:
        reply_of(answer(409, json={"code": "request_closed", "errors": []}))

    assert (caught.value.codes, caught.value.status) == (("request_closed",), 409)


@pytest.mark.parametrize(
    "response", [answer(500, json={"code": "locked"}), answer(404, text="no"), answer(422, json=[])]
)
def test_what_is_no_refusal_by_code_is_a_fault(response: httpx.Response) -> None:
    with pytest.raises(CaseFailed, match="GET /v1/thing answered"):
        reply_of(response)


def test_a_binary_float_in_an_answer_is_a_fault() -> None:
    with pytest.raises(CaseFailed, match=r"8\.5"):
        reply_of(answer(200, text='{"quantity": 8.5}'))


def test_the_signature_is_the_one_of_the_standard() -> None:
    channel = Channel("mail", "whsec_dGVzdCBzZWNyZXQgb2YgdGhlIGZha2U=")
    oracle = Webhook(channel.secret)

    signature = sign(channel, message_id="msg_1", timestamp=1772445600, body=b'{"a":1}')

    assert signature == oracle.sign("msg_1", datetime.fromtimestamp(1772445600, tz=UTC), '{"a":1}')
