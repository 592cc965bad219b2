"""What a model did not accept is told once, where it is wrong."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from api.models.production import ConsumptionJournal
from api.validation_faults import validation_faults

pytestmark = pytest.mark.unit

LINE = {"order": "RPO-1", "item": "BOLT", "quantity": "1"}


def told(*lines: object) -> list[tuple[str, str]]:
    """Where something is wrong with a journal of these lines, and what is expected there."""
    body = {"unit": "oslo", "lines": list(lines)}
    with pytest.raises(ValidationError) as refused:
        ConsumptionJournal.model_validate(body)
    errors = [{**error, "loc": ("body", *error["loc"])} for error in refused.value.errors()]
    return [
        (fault.refusal.facts["field"], fault.refusal.facts["expected"])
        for fault in validation_faults(errors, body=body)
    ]


def test_a_list_whose_only_element_is_faulty_is_not_called_empty_as_well() -> None:
    assert told({**LINE, "date": "0002-01-01"}) == [("lines/0/date", "day_range")]


def test_a_list_that_is_empty_is_called_so() -> None:
    assert told() == [("lines", "not_empty")]
