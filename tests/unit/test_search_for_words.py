"""The search that tests/faults/test_what_logs_hold.py relies on finds what is there, however it was written down."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import quote

import pytest
from temporalio.api.failure.v1 import Failure
from temporalio.api.history.v1 import HistoryEvent

from tests.faults.test_what_logs_hold import failures_in
from tests.unmistakable import WORDS, found_in

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("word", WORDS.values())
def test_every_word_is_found_where_it_was_planted(word: str) -> None:
    texts = {"clean": '{"event": "decision.settled"}', "log": f'{{"event": "x", "reason": "It was {word.upper()}."}}'}

    assert [one.partition(":")[0] for one in found_in(texts, WORDS.values())] == [f"{word} in log"]


@pytest.mark.parametrize("written", [json.dumps, quote, lambda word: quote(word, safe=""), str])
def test_a_word_with_signs_is_found_however_it_is_written(written: Callable[[str], str]) -> None:
    word = 'Ås "å" 1/2'

    assert found_in({"log": f"before {written(word)} after"}, [word])


def test_what_is_not_there_is_not_found() -> None:
    assert found_in({"log": "decision.settled", "figures": "tilbake_requests 1"}, WORDS.values()) == []


def test_failures_are_found_however_deep_they_are() -> None:
    event = HistoryEvent()
    event.activity_task_started_event_attributes.last_failure.message = "once more"
    event.activity_task_started_event_attributes.last_failure.cause.message = "because"
    marked = HistoryEvent()
    marked.marker_recorded_event_attributes.failure.CopyFrom(Failure(message="of a local activity"))

    assert [str(one) for one in failures_in(event)] == ['message: "once more"\ncause {\n  message: "because"\n}\n']
    assert list(failures_in(marked)) == [Failure(message="of a local activity")]
