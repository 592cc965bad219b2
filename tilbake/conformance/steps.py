"""What each verb does: one small function for each, through the public API. A verb missing here is not built yet.

To add one: write its function, taking the turn and the verb's dataclass, and put it in VERBS with the role that acts
when a step names nobody.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from tilbake.conformance import deciding
from tilbake.conformance import production_steps as production
from tilbake.conformance.deciding import Ruling
from tilbake.conformance.format import Step
from tilbake.conformance.format_steps import (
    Advance,
    Approve,
    ApproveRecall,
    CancelApproval,
    CancelVendorInvoice,
    ClosePeriod,
    ConfirmInvoice,
    ConfirmVendorInvoice,
    Correct,
    Delegate,
    Delete,
    DeleteInvoice,
    DraftInvoice,
    Edit,
    PayInvoice,
    Recall,
    Reject,
    RejectRecall,
    RemoveFromInvoice,
    ReopenPeriod,
    Reprice,
    RequestRecall,
    ReviseInvoice,
    Submit,
    WithdrawRecall,
)
from tilbake.conformance.outcomes import CaseFailed, NotBuilt
from tilbake.conformance.stage import ADMIN, Stage, plain
from tilbake.conformance.turn import Turn, Warnings, given

Role = Literal["submitter", "approver", "finance", "planner", "admin"]

Doing = Callable[..., Awaitable[Warnings]]


@dataclass(frozen=True)
class Verb:
    """How a verb is done, and by whom when the step does not say."""

    do: Doing
    role: Role


async def submit(turn: Turn, *, do: Submit) -> Warnings:
    """Submit drafts."""
    await turn.post("/entries/submit", body={"entries": turn.stage.chosen(do.entries)})
    return ()


async def approve(turn: Turn, *, do: Approve) -> Warnings:
    """Approve submitted entries, perhaps with another billable quantity or billing type."""
    changes = given(billable=do.billable, billing_type=do.billing_type)
    await turn.post("/entries/approve", body={"entries": turn.stage.chosen(do.entries), **changes})
    return ()


async def reject(turn: Turn, *, do: Reject) -> Warnings:
    """Reject submitted entries."""
    body = {"entries": turn.stage.chosen(do.entries), **given(comment=do.comment)}
    await turn.post("/entries/reject", body=body)
    return ()


async def recall(turn: Turn, *, do: Recall) -> Warnings:
    """Take submitted entries back at once."""
    await turn.post("/entries/recall", body={"entries": turn.stage.chosen(do.entries)})
    return ()


async def edit(turn: Turn, *, do: Edit) -> Warnings:
    """Change fields of an entry."""
    (entry,) = turn.stage.chosen([do.entry])
    await turn.stage.api.write(f"/entries/{entry}", by=turn.by, method="PATCH", body=plain(do.fields))
    return ()


async def delete(turn: Turn, *, do: Delete) -> Warnings:
    """Delete entries."""
    await turn.post("/entries/delete", body={"entries": turn.stage.chosen(do.entries)})
    return ()


async def request_recall(turn: Turn, *, do: RequestRecall) -> Warnings:
    """Ask for approved entries back; several approvers make several requests under the one name."""
    body = given(reason=do.reason, reason_code=do.reason_code) | await production.selection(turn.stage, do=do)
    if do.entries is not None:
        body["entries"] = turn.stage.chosen(do.entries)
    reply = await turn.post("/recalls", body=body)
    if turn.step.name:
        turn.stage.recalls[turn.step.name] = tuple(one["id"] for one in reply.body["recalls"])
    return tuple(one["code"] for one in reply.body.get("warnings") or ())


async def approve_recall(turn: Turn, *, do: ApproveRecall) -> Warnings:
    """Approve the lines named, or all open ones, and wait until they have settled."""
    ruling = Ruling("approve", do.comment, do.lines)
    await deciding.decide(turn.stage, name=do.recall, by=turn.by, ruling=ruling)
    return ()


async def reject_recall(turn: Turn, *, do: RejectRecall) -> Warnings:
    """Reject the lines named, or all open ones, and wait until they have settled."""
    ruling = Ruling("reject", do.comment, do.lines)
    await deciding.decide(turn.stage, name=do.recall, by=turn.by, ruling=ruling)
    return ()


async def withdraw_recall(turn: Turn, *, do: WithdrawRecall) -> Warnings:
    """Withdraw the requests of a name."""
    for one in turn.stage.recalls_of(do.recall):
        await turn.post(f"/recalls/{one}/withdraw", body={})
    return ()


async def draft_invoice(turn: Turn, *, do: DraftInvoice) -> Warnings:
    """Put the rows of entries on a new draft invoice."""
    body = {"project": turn.stage.project, "entries": turn.stage.chosen(do.entries), **given(customer=do.customer)}
    if do.billed:
        body["billed"] = _by_entry(turn, do.billed)
    turn.name((await turn.post("/invoices", body=body)).body["id"])
    return ()


async def confirm_invoice(turn: Turn, *, do: ConfirmInvoice) -> Warnings:
    """Confirm a draft invoice."""
    await turn.post(f"/invoices/{turn.stage.created(do.invoice)}/confirm", body={})
    return ()


async def delete_invoice(turn: Turn, *, do: DeleteInvoice) -> Warnings:
    """Delete a draft invoice."""
    await turn.stage.api.write(f"/invoices/{turn.stage.created(do.invoice)}", by=turn.by, method="DELETE")
    return ()


async def remove_from_invoice(turn: Turn, *, do: RemoveFromInvoice) -> Warnings:
    """Take entries off a draft invoice."""
    body = {"entries": turn.stage.chosen(do.entries)}
    await turn.post(f"/invoices/{turn.stage.created(do.invoice)}/remove", body=body)
    return ()


def _by_entry(turn: Turn, quantities: Mapping[str, Decimal]) -> dict[str, str]:
    ids = turn.stage.chosen(quantities)
    return {id: plain(quantity) for id, quantity in zip(ids, quantities.values(), strict=True)}


async def pay_invoice(turn: Turn, *, do: PayInvoice) -> Warnings:
    """Note that an invoice is paid."""
    await turn.post(f"/invoices/{turn.stage.created(do.invoice)}/pay", body={})
    return ()


async def revise_invoice(turn: Turn, *, do: ReviseInvoice) -> Warnings:
    """Draft a corrective invoice."""
    body = {"quantities": _by_entry(turn, do.quantities)}
    turn.name((await turn.post(f"/invoices/{turn.stage.created(do.invoice)}/revise", body=body)).body["id"])
    return ()


async def cancel_approval(turn: Turn, *, do: CancelApproval) -> Warnings:
    """Take approvals back."""
    await turn.post("/entries/cancel-approval", body={"entries": turn.stage.chosen(do.entries)})
    return ()


async def reprice(turn: Turn, *, do: Reprice) -> Warnings:
    """Confirm the contract with new rates, by default those of the world."""
    rates = do.rates or turn.stage.case.world.rates
    body = {"entries": turn.stage.chosen(do.entries), "rates": {"cost": plain(rates.cost), "sales": plain(rates.sales)}}
    await turn.post(f"/projects/{turn.stage.project}/reprice", body=body)
    return ()


async def correct(turn: Turn, *, do: Correct) -> Warnings:
    """A correction journal."""
    body = {"entries": turn.stage.chosen(do.entries), "fields": plain(do.fields)}
    turn.name((await turn.post("/corrections", body=body)).body["id"])
    return ()


async def confirm_vendor_invoice(turn: Turn, *, do: ConfirmVendorInvoice) -> Warnings:
    """Match the cost of entries to a vendor invoice."""
    turn.name((await turn.post("/vendor-invoices", body={"entries": turn.stage.chosen(do.entries)})).body["id"])
    return ()


async def cancel_vendor_invoice(turn: Turn, *, do: CancelVendorInvoice) -> Warnings:
    """Cancel a vendor invoice."""
    await turn.post(f"/vendor-invoices/{turn.stage.created(do.invoice)}/cancel", body={})
    return ()


async def close_period(turn: Turn, *, do: ClosePeriod) -> Warnings:
    """Close every day up to and including one."""
    await turn.post(f"/units/{turn.stage.unit}/periods/close", body={"until": plain(do.until)})
    return ()


async def reopen_period(turn: Turn, *, do: ReopenPeriod) -> Warnings:
    """Take a closing back."""
    await turn.post(f"/units/{turn.stage.unit}/periods/reopen", body={"until": plain(do.until)})
    return ()


async def delegate(turn: Turn, *, do: Delegate) -> Warnings:
    """Somebody lets somebody else act."""
    giver = turn.stage.person(do.person)
    body = {
        "giver": giver,
        "taker": turn.stage.person(do.to),
        "since": plain(do.from_),
        "until": plain(do.until),
        "purpose": do.for_,
    }
    await turn.stage.api.write("/delegations", by=giver, body=body)
    return ()


async def advance(turn: Turn, *, do: Advance) -> Warnings:
    """Move the unit's day and the clocks of its open requests."""
    moved = await turn.post(f"/units/{turn.stage.unit}/clock/advance", body={"duration": do.duration})
    if left := moved.body.get("not_waited_for"):
        raise CaseFailed(f"what fell due is not done: {left} requests")
    return ()


VERBS: Mapping[str, Verb] = {
    "submit": Verb(submit, "submitter"),
    "approve": Verb(approve, "approver"),
    "reject": Verb(reject, "approver"),
    "recall": Verb(recall, "submitter"),
    "edit": Verb(edit, "submitter"),
    "delete": Verb(delete, "submitter"),
    "request_recall": Verb(request_recall, "submitter"),
    "approve_recall": Verb(approve_recall, "approver"),
    "reject_recall": Verb(reject_recall, "approver"),
    "withdraw_recall": Verb(withdraw_recall, "submitter"),
    "draft_invoice": Verb(draft_invoice, "finance"),
    "confirm_invoice": Verb(confirm_invoice, "finance"),
    "delete_invoice": Verb(delete_invoice, "finance"),
    "remove_from_invoice": Verb(remove_from_invoice, "finance"),
    "pay_invoice": Verb(pay_invoice, "finance"),
    "revise_invoice": Verb(revise_invoice, "finance"),
    "cancel_approval": Verb(cancel_approval, "approver"),
    "reprice": Verb(reprice, "finance"),
    "correct": Verb(correct, "finance"),
    "confirm_vendor_invoice": Verb(confirm_vendor_invoice, "finance"),
    "cancel_vendor_invoice": Verb(cancel_vendor_invoice, "finance"),
    "close_period": Verb(close_period, "finance"),
    "reopen_period": Verb(reopen_period, "finance"),
    "delegate": Verb(delegate, "submitter"),
    "advance": Verb(advance, "admin"),
    "post_output": Verb(production.post_output, "planner"),
    "post_consumption": Verb(production.post_consumption, "planner"),
    "ship": Verb(production.ship, "planner"),
    "reserve": Verb(production.reserve, "planner"),
    "unreserve": Verb(production.unreserve, "planner"),
    "finish_order": Verb(production.finish_order, "planner"),
    "reopen_order": Verb(production.reopen_order, "planner"),
    "block_item": Verb(production.block_item, "planner"),
    "change_cost": Verb(production.change_cost, "planner"),
}


def actor(stage: Stage, *, step: Step) -> str:
    """The id of the person who takes a step."""
    if step.by:
        return stage.person(step.by)
    role = VERBS[step.verb].role
    if role == "admin":
        return ADMIN
    names: tuple[str, ...] = getattr(stage.case.world.people, role)
    return stage.person(names[0])


async def act(stage: Stage, *, step: Step) -> Warnings:
    """Take one step; the codes of the warnings its answer carries. Raises Refused, NotBuilt or CaseFailed."""
    if step.verb not in VERBS:
        raise NotBuilt(step.verb)
    turn = Turn(stage, step, actor(stage, step=step))
    return await VERBS[step.verb].do(turn, do=step.do)
