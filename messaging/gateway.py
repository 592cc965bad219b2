"""Telling Temporal: start a request's workflow, or wake it. Every call may be repeated without harm."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.common import (
    SearchAttributeKey,
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from store.announcements import ToStart
from store.outbox import Message
from workflows import texts
from workflows.contracts import (
    DELIVERY_WORKFLOW,
    SIGNAL_CHANGED,
    SIGNAL_DECISION,
    WORKFLOW_NAME,
    DeliveryInput,
    RecallInput,
)

_TIMEOUT: Final = timedelta(seconds=5)
_GIVE_UP_AFTER: Final = timedelta(days=3)
_AWAITING: Final = "awaiting_decision"


class TemporalGateway:
    """The one place that starts and signals workflows."""

    def __init__(self, client: Client, *, task_queue: str, language: str) -> None:
        """`language` is that of the words operators read in the Temporal UI: nb or en. `client` may be exchanged at any time."""
        self.client = client
        self._task_queue = task_queue
        self._language = language

    async def deliver(self, message: Message) -> None:
        """Deliver one message. Raises RPCError when Temporal does not take it now."""
        if message.kind in {"start", "take_over"}:
            await self._start(message)
        else:
            await self._signal(message)

    async def _start(self, message: Message) -> None:
        """A request has one workflow in its life, unless that was lost and another one takes over."""
        given = RecallInput(**message.payload, language=self._language)
        given = replace(
            given,
            born_before_seconds=given.born_before_seconds + message.late_seconds,
            named_in_lists=self.client.data_converter.payload_codec is None,
        )
        policy = WorkflowIDReusePolicy
        try:
            await self.client.start_workflow(
                WORKFLOW_NAME,
                given,
                id=message.workflow,
                task_queue=self._task_queue,
                id_reuse_policy=policy.ALLOW_DUPLICATE if message.kind == "take_over" else policy.REJECT_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                search_attributes=search_attributes(given),
                static_summary=texts.summary(given),
                rpc_timeout=_TIMEOUT,
            )
        except WorkflowAlreadyStartedError:
            return

    async def start_delivery(self, delivery: ToStart) -> None:
        """Start the workflow of a delivery; started before, it is left as it is. Raises RPCError when Temporal is away."""
        given = delivery_input(delivery, language=self._language)
        try:
            await self.client.start_workflow(
                DELIVERY_WORKFLOW,
                given,
                id=delivery_workflow_id(delivery),
                task_queue=deliveries_queue(self._task_queue),
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                static_summary=texts.word(self._language, "delivery", what=given.what, to=given.to)[:200],
                rpc_timeout=_TIMEOUT,
            )
        except WorkflowAlreadyStartedError:
            return

    async def _signal(self, message: Message) -> None:
        """A workflow that has ended needs no signal: what it would have learned is in the database."""
        handle = self.client.get_workflow_handle(message.workflow)
        try:
            if message.kind == "decision":
                again = [True] if message.payload.get("again") else []
                await handle.signal(SIGNAL_DECISION, args=[message.payload["decision"], *again], rpc_timeout=_TIMEOUT)
            else:
                await handle.signal(SIGNAL_CHANGED, rpc_timeout=_TIMEOUT)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND and "already completed" in error.message:
                return
            raise

    async def running(self, workflow: str, *, queue: str) -> dict[str, datetime]:
        """The ids of the workflows of a type that run on a queue, with when they began; lists are a moment behind."""
        query = f"WorkflowType = '{workflow}' AND TaskQueue = '{queue}' AND ExecutionStatus = 'Running'"
        return {one.id: one.start_time async for one in self.client.list_workflows(query, page_size=1000)}

    async def is_running(self, workflow: str) -> bool:
        """Whether a workflow runs now, whatever lists say."""
        try:
            found = await self.client.get_workflow_handle(workflow).describe(rpc_timeout=_TIMEOUT)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return False
            raise
        return found.status is WorkflowExecutionStatus.RUNNING

    async def end(self, workflow: str, *, reason: str) -> None:
        """End a workflow that has nothing to wait for; one that has ended is left as it is."""
        try:
            await self.client.get_workflow_handle(workflow).terminate(reason=reason, rpc_timeout=_TIMEOUT)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise

    async def forget(self, workflow: str, *, queue: str, before: datetime, most: int) -> None:
        """Delete executions of a type that ended before an instant, at most so many: they tell nothing any more."""
        ended = f"ExecutionStatus != 'Running' AND CloseTime < '{before.isoformat()}'"
        query = f"WorkflowType = '{workflow}' AND TaskQueue = '{queue}' AND {ended}"
        async for one in self.client.list_workflows(query, page_size=most, limit=most):
            request = DeleteWorkflowExecutionRequest(
                namespace=self.client.namespace,
                workflow_execution=WorkflowExecution(workflow_id=one.id, run_id=one.run_id),
            )
            await self.client.workflow_service.delete_workflow_execution(request, timeout=_TIMEOUT)


def deliveries_queue(task_queue: str) -> str:
    """The queue of deliveries: receivers that hang keep only each other waiting."""
    return f"{task_queue}-deliveries"


def delivery_workflow_id(delivery: ToStart) -> str:
    """One for each event and receiver, and for each time somebody has it delivered again.

    Temporal shows ids to everybody who may list, and cannot encrypt them: a mail is named by its delivery, not by who gets it.
    """
    event = delivery.id if delivery.event is None else delivery.event
    again = f"-{delivery.round}" if delivery.round else ""
    return f"delivery-{event}-{delivery.subscription or f'mail-{delivery.id}'}{again}"


def delivery_input(delivery: ToStart, *, language: str) -> DeliveryInput:
    """What a delivery's workflow shows and waits for. A test ping is tried once."""
    is_ping = delivery.event is None
    recall = "" if delivery.number is None else f" R-{delivery.number}"
    return DeliveryInput(
        delivery_id=delivery.id,
        what=f"{delivery.event_type}{recall}",
        to=delivery.unit if delivery.person is None else delivery.person,
        give_up_after_seconds=_GIVE_UP_AFTER.total_seconds(),
        attempts=1 if is_ping else 0,
        language=language,
    )


def search_attributes(given: RecallInput) -> TypedSearchAttributes:
    """What the lists of the Temporal UI find a request by.

    Temporal cannot encrypt them: where all else is encrypted, they name neither people nor subjects nor amounts (ADR 036).
    """
    keyword = SearchAttributeKey.for_keyword
    pairs: list[SearchAttributePair[Any]] = [
        SearchAttributePair(keyword("RecallStatus"), _AWAITING),
        SearchAttributePair(keyword("RecallKind"), given.kind),
        SearchAttributePair(keyword("BatchId"), given.batch_id),
    ]
    if given.named_in_lists:
        pairs.extend(_telling(given))
    if given.reason_code:
        pairs.append(SearchAttributePair(keyword("ReasonCode"), given.reason_code))
    due = datetime.now(UTC) + timedelta(seconds=_due_after_seconds(given) - given.born_before_seconds)
    pairs.append(SearchAttributePair(SearchAttributeKey.for_datetime("DecisionDue"), due))
    return TypedSearchAttributes(pairs)


def _telling(given: RecallInput) -> Iterator[SearchAttributePair[Any]]:
    """Those that say who asks whom for what, and how much it is about."""
    keyword = SearchAttributeKey.for_keyword
    yield SearchAttributePair(keyword("Requester"), given.requester)
    yield SearchAttributePair(keyword("Subject"), given.title[:100])
    yield SearchAttributePair(SearchAttributeKey.for_float("RecallAmount"), given.amount_value)
    if waited_for := given.asked or given.approver:
        yield SearchAttributePair(keyword("Approver"), waited_for)


def _due_after_seconds(given: RecallInput) -> float:
    """By when a decision is expected: when the approver would be reminded, or the request expires."""
    expiry = given.expire_after_seconds
    return given.remind_after_seconds if expiry is None else min(given.remind_after_seconds, expiry)
