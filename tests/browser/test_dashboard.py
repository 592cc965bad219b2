"""The dashboard seen by eyes: every saved view and a request of every state, in both languages, in a browser.

What is seen is kept as pictures in build/screenshots.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from api.ops.views import VIEWS, address, view
from tests.browser.conftest import SCREENSHOTS
from tests.browser.filling import Filled
from tests.browser.looking import Looking, looking
from workflows.texts import word

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
OPEN: Final = ("waiting", "reminded", "escalated", "blocked", "partly decided")
SHOWN: Final = {
    "waiting": OPEN,
    "overdue": (),
    "blocked-by-invoice": ("blocked",),
    "needs-attention": ("blocked",),
    "recalled-today": ("recalled", "freed", "partly recalled"),
    "expired": ("expired",),
    "task-failures": (),
}
"""What each view has just after the filling: nothing is overdue yet."""
COLUMNS: Final = [
    "Status", "Workflow ID", "RecallStatus", "Approver", "DecisionDue", "BlockedBy", "Subject", "Requester", "RecallAmount",
    "Start",
]  # fmt: skip
NEVER_TOLD: Final = {"Approver", "Subject", "Requester", "RecallAmount"}
"""Columns there are not where everything is encrypted (ADR 036)."""
TOLD: Final = {
    "en": {
        "waiting": ("Waiting for mia-", "Next if nobody decides: reminder 1 on", "No deadline", "Reminders sent: 0."),
        "reminded": ("Waiting for mia-", "reminder 2 on", "Reminders sent: 1."),
        "escalated": ("Waiting for mia-", "Escalated: fia-", "may decide, too.", "Reminders sent: 1."),
        "blocked": ("Blocked by a draft invoice (on_draft_invoice).", "approved", "refused, nothing was done"),
        "freed": ("Ended: recalled.", "refused, nothing was done", "applied"),
        "partly decided": ("So far: 0 recalled, 1 rejected, 1 open.", "Waiting for mia-", "rejected", "applied"),
        "partly recalled": ("Ended: partly recalled. 1 recalled, 1 rejected.",),
        "recalled": ("Ended: recalled. 1 recalled, 0 rejected.", "approved"),
        "rejected": ("Ended: rejected. 0 recalled, 1 rejected.", "rejected"),
        "withdrawn": ("Ended: withdrawn. 0 recalled, 0 rejected.",),
        "expired": ("Ended: expired. 0 recalled, 0 rejected.",),
        "closed by operator": ("Ended: withdrawn. 0 recalled, 0 rejected.",),
    },
    "nb": {
        "waiting": (
            "Venter på mia-",
            "Neste om ingen avgjør: påminnelse 1 den",
            "Ingen frist",
            "Påminnelser sendt: 0.",
        ),
        "reminded": ("Venter på mia-", "påminnelse 2 den", "Påminnelser sendt: 1."),
        "escalated": ("Venter på mia-", "Eskalert: også fia-", "kan avgjøre.", "Påminnelser sendt: 1."),
        "blocked": ("Blokkert av et fakturautkast (on_draft_invoice).", "godkjent", "avslått, ingenting ble gjort"),
        "freed": ("Avsluttet: tilbakekalt.", "avslått, ingenting ble gjort", "gjennomført"),
        "partly decided": ("Så langt: 0 tilbakekalt, 1 avvist, 1 åpne.", "Venter på mia-", "avvist", "gjennomført"),
        "partly recalled": ("Avsluttet: delvis tilbakekalt. 1 tilbakekalt, 1 avvist.",),
        "recalled": ("Avsluttet: tilbakekalt. 1 tilbakekalt, 0 avvist.", "godkjent"),
        "rejected": ("Avsluttet: avvist. 0 tilbakekalt, 1 avvist.", "avvist"),
        "withdrawn": ("Avsluttet: trukket. 0 tilbakekalt, 0 avvist.",),
        "expired": ("Avsluttet: utløpt. 0 tilbakekalt, 0 avvist.",),
        "closed by operator": ("Avsluttet: trukket. 0 tilbakekalt, 0 avvist.",),
    },
}


def columns(somebody: Looking) -> list[str]:
    encrypted = somebody.filled.service.settings.payload_keys_file is not None
    return [one for one in COLUMNS if not (encrypted and one in NEVER_TOLD)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def somebody(browser: Browser, filled: Filled) -> AsyncIterator[Looking]:
    """An operator, signed in; at the end the browser has asked nobody else, and no policy was in its way."""
    async with looking(browser, filled, SCREENSHOTS) as operator:
        await operator.sign_in()
        yield operator
        assert operator.strangers() == set()
        assert [one for one in operator.said if "Content Security Policy" in one] == []


async def test_the_saved_views_find_the_requests_they_are_named_after(somebody: Looking) -> None:
    is_still_today = somebody.filled.day == datetime.now(UTC).date()
    for one in VIEWS:
        await somebody.choose(one.id)
        await somebody.shows(*(SHOWN[one.id] if is_still_today or one.id != "recalled-today" else ()))
        assert await somebody.columns() == columns(somebody)
        await somebody.keep(f"view-{one.id}")


async def test_two_days_later_what_is_open_is_overdue(somebody: Looking) -> None:
    overdue, settings = view("overdue"), somebody.filled.service.settings
    assert overdue is not None
    query = overdue.query(datetime.now(UTC) + timedelta(days=2))

    await somebody.page.goto(address(settings.workflows_url or "", namespace=settings.temporal_namespace, query=query))

    await somebody.shows(*OPEN)
    await somebody.keep("view-overdue-two-days-later")


async def test_a_request_of_every_state_says_who_is_waited_for_what_blocks_it_and_what_comes_next(
    somebody: Looking,
) -> None:
    told = TOLD[somebody.language.value]
    assert told.keys() == somebody.filled.requests.keys()
    for state, sentences in told.items():
        shown = await somebody.details(state)
        await somebody.keep(f"request-{state.replace(' ', '-')}")
        assert f"{somebody.filled.requests[state]['number']} · Alfa" in shown
        assert [one for one in sentences if one not in shown] == [], shown


async def test_the_timeline_says_in_words_what_is_waited_for(somebody: Looking) -> None:
    shown = await somebody.timeline("reminded")

    await somebody.keep("timeline-reminded")
    mia = somebody.filled.people.approvers[0]
    for number in (1, 2):
        assert word(somebody.language.value, "timer_reminder", n=number, approver=mia) in shown


async def test_a_view_opened_by_its_link_leaves_columns_that_somebody_chose(somebody: Looking) -> None:
    namespace = somebody.filled.service.settings.temporal_namespace
    key = "namespace-workflow-table-columns"
    chosen = f'{{"{namespace}":[{{"label":"Workflow ID","pinned":true}}]}}'
    await somebody.page.evaluate("([key, value]) => localStorage.setItem(key, value)", [key, chosen])

    await somebody.open("expired")

    await somebody.shows(*SHOWN["expired"])
    assert await somebody.columns() == ["Workflow ID"]
