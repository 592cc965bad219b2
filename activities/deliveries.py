"""The acts of a delivery: one attempt, and giving up.

A receiver that hangs keeps an attempt of ours for seconds: those of one receiver may take only some of the places there are,
the others wait a little and try again.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.failpoints import reach
from application import deliveries, letters
from application.deliveries import Addresses, Webhook
from application.work import CLOCK, Work
from domain.language import Language
from domain.outgoing.answers import Outcome, judge, judge_mail, wait_of
from domain.outgoing.letters import Letter
from domain.outgoing.receivers import Allowed, receiver_of
from domain.webhook_signature import sign
from sending.mail import Envelope, mail
from sending.mail_server import MailServer
from sending.post import post
from sending.smtp import submit
from sending.undelivered import Undelivered
from store import deliveries as stored_deliveries
from store.database import Database
from store.deliveries import WAITING, Attempt, Delivery
from store.ids import is_id
from store.people import StoredPerson
from store.vault import Unreadable, Vault
from telemetry import work as figures
from workflows.contracts import CLOSE_DELIVERY, DELIVER, Closing

_log = structlog.get_logger()
MOST_TO_ONE: Final = 4
BUSY_SECONDS: Final = 5
USER_AGENT: Final = "Tilbake/1"


@dataclass(frozen=True, slots=True)
class Way:
    """How messages leave this process: signed by the vault, to allowed receivers, by a mail server if there is one."""

    vault: Vault
    allowed: Allowed
    addresses: Addresses
    language: Language
    mail_server: MailServer | None = None


@dataclass(frozen=True, slots=True)
class _Result:
    outcome: Outcome
    code: int | None = None
    problem: str | None = None
    wait: timedelta | None = None


class DeliveryActivities:
    """Activities of one worker process, on one database."""

    def __init__(self, database: Database, way: Way) -> None:
        self._database = database
        self._way = way
        self._under_way: Counter[str] = Counter()

    @property
    def all(self) -> Sequence[Callable[..., Awaitable[Any]]]:
        """What the worker registers."""
        return (self.deliver, self.close_delivery)

    @activity.defn(name=DELIVER)
    async def deliver(self, delivery_id: str) -> str:
        """One attempt; how the delivery has ended. Raises to be tried again. One that has ended is not sent again."""
        async with self._database.begin() as connection:
            delivery = await stored_deliveries.by_id(connection, delivery_id) if is_id(delivery_id) else None
        if delivery is None:
            raise ApplicationError("there is no such delivery", type="UnknownDelivery", non_retryable=True)
        if delivery.status != WAITING:
            return delivery.status
        async with self._place_for(delivery):
            return await self._attempt(delivery)

    @activity.defn(name=CLOSE_DELIVERY)
    async def close_delivery(self, closing: Closing) -> str:
        """It is not tried any more: how it has ended."""
        async with self._work() as work:
            status = await deliveries.close(work, closing.delivery_id, problem=closing.problem)
        _log.warning("delivery.closed", delivery=closing.delivery_id, status=status, problem=closing.problem)
        return status

    async def _attempt(self, delivery: Delivery) -> str:
        began = time.monotonic()
        result = await (self._by_mail(delivery) if delivery.subscription is None else self._by_webhook(delivery))
        await reach("deliver.before_commit")
        async with self._work() as work:
            if result is not None:
                took = int((time.monotonic() - began) * 1000)
                number, at = activity.info().attempt, work.now - timedelta(milliseconds=took)
                attempt = Attempt(number, at, result.outcome.value, result.code, result.problem, took)
                await deliveries.record(work, delivery, attempt)
                figures.attempted(
                    outcome=result.outcome.value, by="mail" if delivery.subscription is None else "webhook"
                )
            now = await stored_deliveries.by_id(work.connection, delivery.id)
        await reach("deliver.after_commit")
        assert now is not None
        if result is not None and now.status == WAITING:
            raise _again(result)
        _log.info("delivery.ended", delivery=delivery.id, status=now.status)
        return now.status

    async def _by_webhook(self, delivery: Delivery) -> _Result | None:
        """The result of a POST; None where nobody listens any more."""
        async with self._work() as work:
            webhook, now = await deliveries.webhook(work, delivery, addresses=self._way.addresses), work.now
        return None if webhook is None else await self._post(webhook, now=now)

    async def _post(self, webhook: Webhook, *, now: datetime) -> _Result:
        receiver = receiver_of(webhook.url, allowed=self._way.allowed)
        if isinstance(receiver, str):
            return _Result(Outcome.TRY_AGAIN, problem=receiver)
        body = webhook.body.encode()
        try:
            headers = self._signed(webhook, body, timestamp=int(now.timestamp()))
            answered = await post(receiver, headers=headers, body=body, allowed=self._way.allowed)
        except Unreadable:
            _log.error("subscription.secret_unreadable", owner=webhook.owner)
            return _Result(Outcome.TRY_AGAIN, problem="secret_unreadable")
        except Undelivered as undelivered:
            return _Result(Outcome.TRY_AGAIN, problem=undelivered.problem)
        wait = wait_of(answered.status, answered.retry_after, now=now)
        return _Result(judge(answered.status), answered.status, wait=wait)

    def _signed(self, webhook: Webhook, body: bytes, *, timestamp: int) -> dict[str, str]:
        """The headers of a message: signed anew at each attempt, with every secret that is live."""
        secrets = [self._way.vault.open(kept, owner=webhook.owner) for kept in webhook.secrets]
        return {
            "content-type": "application/json",
            "user-agent": USER_AGENT,
            "webhook-id": webhook.message_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": sign(webhook.message_id, timestamp=timestamp, body=body, secrets=secrets),
        }

    async def _by_mail(self, delivery: Delivery) -> _Result | None:
        """The result of handing a mail over; None where it would reach nobody, or ask for what is decided."""
        if self._way.mail_server is None:
            return _Result(Outcome.TRY_AGAIN, problem="no_mail_server")
        async with self._work() as work:
            way, now = self._way, work.now
            found = await letters.letter_for(work, delivery, addresses=way.addresses, language=way.language)
        return None if found is None else await self._hand_over(delivery, *found, now=now)

    async def _hand_over(self, delivery: Delivery, person: StoredPerson, letter: Letter, *, now: datetime) -> _Result:
        server = self._way.mail_server
        assert server is not None
        assert person.email is not None
        sender = server.sender
        envelope = Envelope(
            sender, person.email, person.name, message_id=f"{delivery.message_id}.{delivery.id}", date=now
        )
        try:
            reply = await submit(mail(letter, envelope), person.email, server=server)
        except Undelivered as undelivered:
            return _Result(Outcome.TRY_AGAIN, problem=undelivered.problem)
        return _Result(judge_mail(reply.code, about_mail=reply.about_mail), reply.code)

    @asynccontextmanager
    async def _work(self) -> AsyncIterator[Work]:
        """One transaction."""
        async with self._database.begin() as connection:
            yield Work(connection, CLOCK, await self._database.now(connection))

    @asynccontextmanager
    async def _place_for(self, delivery: Delivery) -> AsyncIterator[None]:
        """A place among the attempts at one receiver (the mail server is one); raises to come again where all are taken.

        A test ping has one attempt only, and gets it.
        """
        whose = delivery.subscription or "mail"
        if self._under_way[whose] >= MOST_TO_ONE and delivery.event is not None:
            raise _not_delivered("busy", timedelta(seconds=BUSY_SECONDS))
        self._under_way[whose] += 1
        try:
            yield
        finally:
            self._under_way[whose] -= 1


def _again(result: _Result) -> ApplicationError:
    return _not_delivered(result.problem or f"answered {result.code}", result.wait)


def _not_delivered(problem: str, wait: timedelta | None) -> ApplicationError:
    """What makes Temporal try again, after its own time or as the receiver asks; said in words of ours only."""
    return ApplicationError(
        problem, type="NotDelivered", next_retry_delay=wait, category=ApplicationErrorCategory.BENIGN
    )
