"""The story of the first start happens as it is told: what it leaves behind is read back through the API."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import httpx
import pytest

from domain.language import Language
from domain.terms import STATUS
from tests.harness import Service
from tilbake.embedded.progress import say_nothing
from tilbake.language import SETTING, said
from tilbake.settings import Settings
from tilbake.story import cast, production, telling
from tilbake.story.calls import Caller
from tilbake.story.opening import is_empty, waiting_line
from tilbake.story.page import WIDTH
from tilbake.story.texts import ONE_WAITS
from tilbake.tokens import local_token

pytestmark = pytest.mark.api


@dataclass(frozen=True, slots=True)
class Told:
    """A service on which the story was told, and what was said."""

    settings: Settings
    caller: Caller
    good: bool
    lines: list[str]

    async def actuals(self, work: cast.Work) -> list[Any]:
        entry = await cast.find(self.caller, work)
        found: list[Any] = (await self.caller.get(f"/v1/entries/{entry['id']}/actuals", by=work.owner))["items"]
        return found

    async def recalls(self, work: cast.Work) -> list[Any]:
        entry = await cast.find(self.caller, work)
        found = await self.caller.get(f"/v1/entries/{entry['id']}/recalls", by=work.owner)
        return [await self.caller.get(f"/v1/recalls/{one['id']}", by=work.owner) for one in found["items"]]


def token_for(settings: Settings, person: str) -> str:
    return local_token(person, settings.issuer_key_path)


@pytest.fixture(params=list(Language))
async def told(
    own_service: Service, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Told]:
    monkeypatch.setenv(SETTING, request.param)
    settings = replace(own_service.settings, temporal_ui_url="http://127.0.0.1:8233")
    lines: list[str] = []
    good = await telling.tell(settings, token_for=lambda person: token_for(settings, person), say=lines.append)
    async with httpx.AsyncClient(base_url=settings.api_url) as http:
        yield Told(settings, Caller(http, token_for=lambda person: token_for(settings, person)), good, lines)


async def test_the_four_stories_end_as_they_are_told(told: Told) -> None:
    assert told.good, "\n".join(told.lines)

    await the_first_is_reversed_once(told)
    await the_second_was_never_asked(told)
    await the_third_is_blocked_and_open(told)
    await the_fourth_took_two_of_ten_back(told)
    await nothing_is_left_to_tell(told)
    what_is_printed_names_people_codes_and_links(told)


async def the_first_is_reversed_once(told: Told) -> None:
    (recall,) = await told.recalls(cast.TAKEN_BACK)
    rows = await told.actuals(cast.TAKEN_BACK)
    reversals = {row["reverses"]: row for row in rows if row["reverses"]}

    assert recall["status"] == "recalled"
    assert [(one["by"], one["source"]) for one in recall["decisions"]] == [(cast.APPROVER, f"webhook:{cast.CHANNEL}")]
    assert len(rows) == 4
    assert len(reversals) == 2
    assert sum(Decimal(row["amount"]["amount"]) for row in rows) == 0
    assert all(row["recall"] == recall["id"] for row in reversals.values())
    assert (await cast.find(told.caller, cast.TAKEN_BACK))["status"] == "returned"


async def the_second_was_never_asked(told: Told) -> None:
    assert await told.recalls(cast.INVOICED) == []
    assert not any(row["recall"] for row in await told.actuals(cast.INVOICED))
    assert (await cast.find(told.caller, cast.INVOICED))["status"] == "approved"


async def the_third_is_blocked_and_open(told: Told) -> None:
    (recall,) = await told.recalls(cast.DRAFTED)

    assert recall["status"] == "awaiting_decision"
    assert recall["lines"][0]["blocked_by"]["code"] == "on_draft_invoice"
    assert [one["outcome"] for one in recall["decisions"]] == ["refused"]
    assert not any(row["reverses"] for row in await told.actuals(cast.DRAFTED))


async def the_fourth_took_two_of_ten_back(told: Told) -> None:
    by = production.ASKER
    page = await told.caller.get("/v1/production/orders", by=by, params={"unit": production.UNIT})
    order = next(one for one in page["items"] if one["number"] == production.ORDER)
    items = (await told.caller.get(f"/v1/production/orders/{order['id']}/item-entries", by=by))["items"]

    assert (order["lines"][0]["finished"], order["lines"][0]["remaining"]) == ("8", "2")
    assert [(row["quantity"], row["remaining"], row["cost"]["amount"]) for row in items] == [
        ("10", "8", "1500.00"),
        ("-2", "0", "-300.00"),
    ]
    assert items[1]["applies_to"] == items[0]["id"]


async def nothing_is_left_to_tell(told: Told) -> None:
    assert not await is_empty(told.settings)
    assert await waiting_line(told.settings) == said(ONE_WAITS)


def what_is_printed_names_people_codes_and_links(told: Told) -> None:
    printed = "\n".join(told.lines)

    for word in (
        "Oskar O'Neill",
        "Tom Field",
        "already_invoiced",
        "on_draft_invoice",
        said(STATUS["unadjustable"]).lower(),
        "438.52",
        "3125.00 NOK",
        "INV-10",
        "RPO-1001",
        "10 Airpot",
        "1500.00 USD",
        "/docs",
    ):
        assert word in printed
    assert printed.count("workflows?query=WorkflowId%3D%22recall-") == 3
    assert "\x1b" not in printed
    assert [line for line in told.lines if len(line) > WIDTH] == []


async def test_a_story_that_goes_otherwise_says_so(own_service: Service) -> None:
    settings = own_service.settings
    lines: list[str] = []

    good = await telling.tell(settings, token_for=lambda _: "no token", say=lines.append)

    assert not good
    assert lines[0].strip().startswith("This did not go as told: The import answered 401")
    assert await is_empty(settings)


async def test_a_service_that_went_away_is_said_too(own_service: Service) -> None:
    settings = own_service.settings
    await own_service.api.stop(grace_seconds=1.0)

    assert not await telling.tell(settings, token_for=lambda person: token_for(settings, person), say=say_nothing)
