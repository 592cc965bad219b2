"""Deliveries: what one attempt needs, what came of it, and having something delivered again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from application import subscriptions
from application.work import Refused, Work, require_administrator
from domain.language import Language
from domain.outgoing.answers import Outcome
from domain.outgoing.events import PING, sentence, status_by
from domain.refusals import Code, Refusal
from store import deliveries
from store import subscriptions as stored_subscriptions
from store.deliveries import WAITING, Attempt, Delivery, Heading
from store.ids import is_id, new_id
from store.subscriptions import Subscription

DELIVERED: Final = "delivered"
FAILED: Final = "failed"
CANCELED: Final = "canceled"
SUBSCRIPTION_OFF: Final = "subscription_off"
REFUSED: Final = "refused"
OPERATOR: Final = "operator"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where people and other systems reach the service: its API, and its front end if there is one."""

    api: str
    front_end: str | None

    def recall(self, id: str) -> str | None:
        """Where people look at a recall: the front end's address of it; nothing is decided by opening it."""
        return None if self.front_end is None else f"{self.front_end}/recalls/{id}"


async def read(work: Work, id: str) -> Delivery:
    """The delivery, or the refusal unknown_delivery."""
    require_administrator(work)
    found = await deliveries.by_id(work.connection, id) if is_id(id) else None
    if found is None:
        raise Refused(Refusal(Code.UNKNOWN_DELIVERY, id))
    return found


def check_again(delivery: Delivery, subscription: Subscription | None) -> Refusal | None:
    """What is in the way of delivering the same again: it is under way, or its receiver is switched off."""
    if delivery.status == WAITING:
        return Refusal(Code.DELIVERY_UNDER_WAY, delivery.id)
    if delivery.subscription is not None and delivery.event is not None and not (subscription and subscription.enabled):
        return Refusal(Code.SUBSCRIPTION_DISABLED, delivery.id)
    return None


async def receiver(work: Work, delivery: Delivery) -> Subscription | None:
    """The subscription a delivery goes to, if it goes to one that is not deleted."""
    id = delivery.subscription
    return None if id is None else await stored_subscriptions.by_id(work.connection, id)


async def again(work: Work, id: str) -> Delivery:
    """Deliver the same message to the same receiver again, in a round of its own."""
    subscription = (await read(work, id)).subscription
    if subscription is not None:
        await stored_subscriptions.hold(work.connection, subscription)
    held = await deliveries.held(work.connection, id)
    if held is None:
        raise Refused(Refusal(Code.UNKNOWN_DELIVERY, id))
    refusal = check_again(held, await receiver(work, held))
    if refusal is not None:
        raise Refused(refusal)
    new = new_id()
    await deliveries.insert_again(work.connection, new, of=id)
    return await read(work, new)


@dataclass(frozen=True, slots=True)
class Webhook:
    """All that one attempt needs: what is sent, where to, and the sealed secrets it is signed with."""

    url: str
    message_id: str
    body: str
    secrets: tuple[str, ...]
    owner: str


async def webhook(work: Work, delivery: Delivery, *, addresses: Addresses) -> Webhook | None:
    """What to send for a delivery; None where nobody listens any more, and it is canceled.

    What a message says is written once: the first attempt keeps it, and every later one says the same.
    """
    subscription = await receiver(work, delivery)
    if subscription is None or not (subscription.enabled or delivery.event_type == PING):
        await deliveries.end(work.connection, delivery.id, status=CANCELED, problem=SUBSCRIPTION_OFF)
        return None
    body = delivery.body
    if body is None:
        body = json.dumps(await _message(work, delivery, subscription, addresses=addresses), ensure_ascii=False)
        await deliveries.keep_body(work.connection, delivery.id, body)
    secrets = subscription.secrets.live_at(work.now)
    owner = subscriptions.owner(subscription.id)
    return Webhook(subscription.wanted.url, delivery.message_id, body, secrets, owner)


async def _message(
    work: Work, delivery: Delivery, subscription: Subscription, *, addresses: Addresses
) -> dict[str, object]:
    if delivery.event is None:
        return {"type": PING, "timestamp": _instant(work.now), "data": {"subscription": subscription.id}}
    event = await deliveries.event(work.connection, delivery.event)
    head = await deliveries.heading(work.connection, event.request)
    language = Language(subscription.wanted.language)
    data = {
        "recall": _recall(head, event.type),
        "text": sentence(event.type, number=f"R-{head.number}", title=head.title, language=language),
        "facts": event.facts,
        "links": {"api": f"{addresses.api}/v1/recalls/{head.id}", "front_end": addresses.recall(head.id)},
    }
    return {"type": event.type, "timestamp": _instant(event.at), "data": data}


def _recall(head: Heading, event_type: str) -> dict[str, object]:
    """The ids of a request, and how it stood by the event; whoever wants more reads it."""
    return {
        "id": head.id,
        "number": f"R-{head.number}",
        "batch": head.batch,
        "unit": head.unit,
        "kind": head.kind,
        "subject": head.subject,
        "status": status_by(event_type).value,
        "requester": head.requester,
        "approver": head.approver,
        "asked": head.asked,
        "plan_hash": head.plan_hash,
    }


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


async def record(work: Work, delivery: Delivery, attempt: Attempt) -> None:
    """Note an attempt and, where it was the last, how the delivery ended. Run again it changes nothing."""
    await deliveries.add_attempt(work.connection, delivery.id, attempt)
    match Outcome(attempt.outcome):
        case Outcome.DELIVERED:
            await deliveries.end(work.connection, delivery.id, status=DELIVERED)
        case Outcome.REFUSED if delivery.subscription is not None:
            await subscriptions.gone(work, delivery.subscription)
            await deliveries.end(work.connection, delivery.id, status=FAILED, problem=subscriptions.GONE)
        case Outcome.REFUSED:
            await deliveries.end(work.connection, delivery.id, status=FAILED, problem=REFUSED)
        case Outcome.TRY_AGAIN:
            return


async def close(work: Work, id: str, *, problem: str) -> str:
    """The time for a delivery is over, or an operator ended it: how it has ended, now or before."""
    status = CANCELED if problem == OPERATOR else FAILED
    if not is_id(id):
        return FAILED
    await deliveries.end(work.connection, id, status=status, problem=problem)
    found = await deliveries.by_id(work.connection, id)
    return FAILED if found is None else found.status
