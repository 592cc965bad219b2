"""Finance, an approver and an owner act on the same entry at the same moment: it ends in one consistent state.

Exactly one of two: the entry is taken back and nothing of it is billed, or it is billed and the line is blocked.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import httpx
import pytest

from tests.acting import Actors, actors
from tests.counts import count
from tests.faults.test_webhook_races import decisions_of
from tests.harness import Service
from tests.racing import Race, code_of, state_of

pytestmark = [pytest.mark.faults, pytest.mark.asyncio(loop_scope="session")]

Recall = dict[str, Any]
WAIT = {"prefer": "wait=20"}
NEWEST = WAIT | {"if-match": "*"}


async def approve(people: Actors, recall: Recall, *, by: int = 0, newest: bool = False) -> httpx.Response:
    """Approve and wait for the outcome, by the plan that was seen or by the one last stored."""
    answer = await people.decide(recall, by=people.approvers[by], headers=NEWEST if newest else WAIT)
    await settled(people, recall, answer)
    return answer


async def settled(people: Actors, recall: Recall, answer: httpx.Response) -> None:
    """A decision has its outcome. A Temporal that is busy with the starts of hundreds may take longer than a caller waits."""
    if answer.status_code == 202:
        await decisions_of(people, recall)


async def draft(people: Actors, *entries: str) -> httpx.Response:
    body = {"project": people.project, "entries": list(entries)}
    return await people.call("POST", "/invoices", by=people.finance, body=body)


async def confirm(people: Actors, invoice: str) -> httpx.Response:
    return await people.call("POST", f"/invoices/{invoice}/confirm", by=people.finance, body={})


async def bill(people: Actors, entry: str) -> httpx.Response:
    """Draft and confirm; the first refusal, if there is one."""
    drafted = await draft(people, entry)
    return drafted if drafted.status_code != 201 else await confirm(people, drafted.json()["id"])


async def take_off_and_approve(people: Actors, recall: Recall, invoice: str) -> httpx.Response:
    """What the message of a blocked line says: remove the entry from its draft, then approve."""
    body = {"entries": [recall["lines"][0]["subject"]]}
    await people.call("POST", f"/invoices/{invoice}/remove", by=people.finance, body=body)
    return await approve(people, recall, newest=True)


async def drafted_rounds(people: Actors, number: int) -> list[tuple[Recall, str]]:
    """Requests whose entries stand on a draft each."""
    found = []
    for recall in await people.asked(number):
        drafted = await draft(people, recall["lines"][0]["subject"])
        assert drafted.status_code == 201, drafted.text
        found.append((recall, str(drafted.json()["id"])))
    return found


async def billed_or_taken_back(people: Actors, recall: Recall, invoice: httpx.Response, *blocked: str) -> str:
    """The one invariant of a round: billed and blocked, or taken back and refused to the invoice."""
    state = await state_of(people, recall)
    if state.status == "recalled":
        assert (state.reversals, state.billed, state.live) == (2, 0, 0)
        assert code_of(invoice) == "not_invoiceable"
        return "taken back"
    assert (state.status, state.reversals, state.billed) == ("awaiting_decision", 0, 1)
    assert state.blocked in blocked
    assert code_of(invoice) is None
    return "billed"


async def test_confirming_an_invoice_and_recalling_its_entry_end_in_one_state(race_service: Service) -> None:
    async with actors(race_service.url, race_service.settings) as people:
        race = Race(people)

        async def one(recall: Recall) -> str:
            entry = recall["lines"][0]["subject"]
            billing, _ = await race.released(partial(bill, people, entry), partial(approve, people, recall))
            return await billed_or_taken_back(people, recall, billing, "already_invoiced", "on_draft_invoice")

        await race.run(await people.asked(count(24, 300)), one, first="billed")


async def test_confirming_a_draft_and_taking_the_entry_off_it_to_recall_it(race_service: Service) -> None:
    async with actors(race_service.url, race_service.settings) as people:
        race = Race(people)

        async def one(drafted: tuple[Recall, str]) -> str:
            recall, invoice = drafted
            confirming, _ = await race.released(
                partial(confirm, people, invoice),
                partial(take_off_and_approve, people, recall, invoice),
            )
            return await billed_or_taken_back(people, recall, confirming, "already_invoiced")

        await race.run(await drafted_rounds(people, count(12, 300)), one, first="billed")


async def test_two_confirmations_of_one_draft_bill_it_once(race_service: Service) -> None:
    async with actors(race_service.url, race_service.settings) as people:
        race = Race(people)

        async def one(drafted: tuple[Recall, str]) -> str:
            recall, invoice = drafted
            both = await race.released(*[partial(confirm, people, invoice)] * 2)
            assert sorted(code_of(answer) or "" for answer in both) == ["", "invoice_confirmed"]
            assert (await state_of(people, recall)).billed == 1
            return "first" if code_of(both[0]) is None else "second"

        await race.run(await drafted_rounds(people, count(12, 100)), one, first="first")


async def test_confirming_many_drafts_and_recalling_their_entries(race_service: Service) -> None:
    number, each = count(8, 60), 2
    async with actors(race_service.url, race_service.settings) as people:
        race = Race(people, step_seconds=0.02)
        drafted = await drafted_rounds(people, number * each)

        async def one(some: list[tuple[Recall, str]]) -> str:
            body = {"invoices": [invoice for _, invoice in some]}
            many = partial(people.call, "POST", "/invoices/confirm", by=people.finance, body=body)
            recalling = [partial(take_off_and_approve, people, recall, invoice) for recall, invoice in some]
            answer, *_ = await race.released(many, *recalling)
            results = [httpx.Response(one["status"], json=one["result"]) for one in answer.json()["results"]]
            ended = [
                await billed_or_taken_back(people, recall, confirmed, "already_invoiced")
                for (recall, _), confirmed in zip(some, results, strict=True)
            ]
            return ended[0]

        batches = [drafted[n * each : (n + 1) * each] for n in range(number)]
        await race.run(batches, one, first="billed")


async def credited(people: Actors, recall: Recall) -> str:
    """The entry of an open request was billed meanwhile; a full credit of it waits to be confirmed: its id."""
    entry = recall["lines"][0]["subject"]
    billed = await bill(people, entry)
    path = f"/invoices/{billed.json()['id']}/revise"
    return str((await people.done("POST", path, by=people.finance, body={"quantities": {entry: "0"}}))["id"])


async def test_confirming_a_credit_and_recalling_the_entry_it_frees(race_service: Service) -> None:
    async with actors(race_service.url, race_service.settings) as people:
        race = Race(people)
        recalls = await people.asked(count(12, 100))

        async def one(recall: Recall) -> str:
            credit = await credited(people, recall)
            confirming, _ = await race.released(
                partial(confirm, people, credit), partial(approve, people, recall, newest=True)
            )
            assert code_of(confirming) is None
            state = await state_of(people, recall)
            if state.status != "recalled":
                assert (state.reversals, state.billed) == (0, 0)
                assert state.blocked in ("already_invoiced", "stale_version")
                await approve(people, recall, newest=True)
            after = await state_of(people, recall)
            assert (after.status, after.reversals, after.live) == ("recalled", 2, 0)
            return "at once" if state.status == "recalled" else "blocked first"

        await race.run(recalls, one, first="at once")


async def test_canceling_an_approval_and_asking_for_a_recall(race_service: Service) -> None:
    async with actors(race_service.url, race_service.settings) as people:
        race = Race(people)

        async def one(entry: str) -> str:
            cancel = partial(
                people.call, "POST", "/entries/cancel-approval", by=people.approvers[0], body={"entries": [entry]}
            )
            wish = {"entries": [entry], "reason": "wrong project"}
            ask = partial(people.call, "POST", "/recalls", by=people.owner, body=wish)
            canceled, asked = await race.released(cancel, ask)
            assert (code_of(canceled), code_of(asked)) in ((None, "not_recallable"), ("wrong_status", None))
            return "canceled" if code_of(canceled) is None else "asked"

        entries = await people.approved_entries(count(12, 100))
        await race.run(entries, one, first="canceled")


async def test_canceling_an_approval_and_rejecting_the_recall_of_it(race_service: Service) -> None:
    async with actors(race_service.url, race_service.settings) as people:
        race = Race(people)

        async def one(recall: Recall) -> str:
            entry = recall["lines"][0]["subject"]
            by = people.approvers[0]
            cancel = partial(people.call, "POST", "/entries/cancel-approval", by=by, body={"entries": [entry]})
            reject = partial(people.decide, recall, by=people.approvers[1], verdict="reject", headers=WAIT)
            canceled, rejected = await race.released(cancel, reject)
            assert code_of(rejected) is None
            assert code_of(canceled) in (None, "wrong_status")
            state = await state_of(people, recall)
            assert (state.status, state.reversals) == ("rejected", 0)
            assert state.live == (0 if code_of(canceled) is None else 2)
            return "canceled" if code_of(canceled) is None else "refused"

        recalls = await people.asked(count(12, 100))
        await race.run(recalls, one, first="refused")


async def test_two_approvers_of_a_quorum_take_back_once(race_service: Service) -> None:
    async with actors(race_service.url, race_service.settings, policy={"quorum": 2}) as people:
        race = Race(people)

        async def one(recall: Recall) -> str:
            both = [partial(approve, people, recall, by=by) for by in (0, 1)]
            answers = await race.released(*both)
            assert [code_of(answer) for answer in answers] == [None, None]
            ended = await people.ended(recall)
            state = await state_of(people, recall)
            assert (state.status, state.reversals, state.live) == ("recalled", 2, 0)
            assert [one["outcome"] for one in ended["decisions"]] == ["applied", "applied"]
            return str(people.approvers.index(ended["decisions"][0]["by"]))

        await race.run(await people.asked(count(12, 100)), one, first="0")


async def test_repricing_and_recalling_an_entry(race_service: Service) -> None:
    rates = {"cost": "120", "sales": "240"}
    async with actors(race_service.url, race_service.settings) as people:
        race = Race(people)

        async def one(recall: Recall) -> str:
            entry = recall["lines"][0]["subject"]
            body = {"entries": [entry], "rates": rates}
            path = f"/projects/{people.project}/reprice"
            reprice = partial(people.call, "POST", path, by=people.finance, body=body)
            repriced, decided = await race.released(reprice, partial(approve, people, recall))
            state = await state_of(people, recall)
            if state.status == "recalled":
                assert (code_of(repriced), code_of(decided)) == ("wrong_status", None)
                assert (state.reversals, state.live) == (2, 0)
                return "taken back"
            assert (code_of(repriced), code_of(decided)) == (None, "stale_version")
            assert (state.reversals, state.live) == (0, 2)
            await approve(people, recall, newest=True)
            amounts = {row["price"] for row in await people.actuals(entry) if row["recall"]}
            assert amounts == set(rates.values())
            return "repriced"

        await race.run(await people.asked(count(12, 100)), one, first="repriced")
