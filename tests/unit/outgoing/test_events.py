"""The events that go out, and who is told of them."""

from __future__ import annotations

from typing import get_args

import pytest

from api.answers.subscriptions import EventMessage, PingMessage
from api.models.channels import EventType
from domain.language import Language
from domain.outgoing.events import EVENT_TYPES, SENTENCES, sentence, status_by
from domain.outgoing.letters import _HAPPENED, _SUBJECT
from domain.outgoing.recipients import ASKING, MAILED
from domain.recall.request import RequestStatus
from tests.contract import document

pytestmark = pytest.mark.unit


def test_every_event_can_be_subscribed_to_and_no_other() -> None:
    assert get_args(EventType) == EVENT_TYPES


@pytest.mark.parametrize("type", EVENT_TYPES)
def test_every_event_says_something_in_both_languages(type: str) -> None:
    nb, en = (sentence(type, number="R-1", title="Alfa {x}", language=language) for language in Language)

    assert nb != en
    assert nb.startswith("R-1, Alfa {x}: ")
    assert SENTENCES[type].nb.endswith(".")


@pytest.mark.parametrize(
    ("type", "status"),
    [(f"recall.{status.value}", status) for status in RequestStatus if status is not RequestStatus.AWAITING_DECISION]
    + [(type, RequestStatus.AWAITING_DECISION) for type in ("recall.requested", "recall.blocked", "recall.reminded")],
)
def test_an_event_tells_how_its_request_stands(type: str, status: RequestStatus) -> None:
    assert type in EVENT_TYPES
    assert status_by(type) is status


def test_every_end_of_a_request_is_an_event() -> None:
    ends = {f"recall.{status.value}" for status in RequestStatus} - {"recall.awaiting_decision"}

    assert ends <= set(EVENT_TYPES)
    assert ends <= set(MAILED)


def test_what_is_mailed_has_words() -> None:
    assert set(MAILED) == set(_HAPPENED) == set(_SUBJECT)
    assert set(MAILED) <= set(EVENT_TYPES)
    assert set(MAILED) >= ASKING


def test_the_document_has_every_message_with_an_example_that_fits() -> None:
    webhooks = document()["webhooks"]

    assert set(webhooks) == {*EVENT_TYPES, "ping"}
    for type, found in webhooks.items():
        content = found["post"]["requestBody"]["content"]["application/json"]
        model = PingMessage if type == "ping" else EventMessage
        assert model.model_validate(content["example"]).type == type
        assert content["schema"]["$ref"].rpartition("/")[2] in document()["components"]["schemas"]
        assert {one["name"] for one in found["post"]["parameters"]} == {
            "webhook-id",
            "webhook-timestamp",
            "webhook-signature",
        }
