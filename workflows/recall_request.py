"""One recall request: wait for decisions, remind, expire, and run one activity for each decision (architecture, temporal.md).

A signal carries only the id of a stored decision; a signal without one does nothing. A business "no" never fails a workflow.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from temporalio import workflow
from temporalio.common import RetryPolicy, SearchAttributeKey, SearchAttributeUpdate
from temporalio.exceptions import FailureError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from workflows import before_calendars, texts
    from workflows.contracts import (
        CLOSE_REQUEST,
        ESCALATE_REQUEST,
        EXPIRE_REQUEST,
        READ_STANDING,
        REMIND_APPROVER,
        REROUTE_REQUEST,
        SETTLE_DECISION,
        SETTLE_IN_CHUNKS,
        SIGNAL_CHANGED,
        SIGNAL_DECISION,
        WORKFLOW_NAME,
        Carried,
        RecallInput,
        Reminder,
        Rerouting,
        Standing,
        ToSettle,
    )

APPROVER: Final = SearchAttributeKey.for_keyword("Approver")
RECALL_STATUS: Final = SearchAttributeKey.for_keyword("RecallStatus")
BLOCKED_BY: Final = SearchAttributeKey.for_keyword("BlockedBy")
NEEDS_ATTENTION: Final = SearchAttributeKey.for_bool("NeedsAttention")
_LOCAL_RETRY: Final = RetryPolicy(
    initial_interval=timedelta(milliseconds=200), backoff_coefficient=2, maximum_attempts=3
)
_RETRY: Final = RetryPolicy(
    initial_interval=timedelta(seconds=1), backoff_coefficient=2, maximum_interval=timedelta(seconds=60)
)
_LOCAL_TIMEOUT: Final = timedelta(seconds=10)
_TIMEOUT: Final = timedelta(seconds=30)
_CHUNKS_TIMEOUT: Final = timedelta(minutes=10)
_ANEW: Final = "goes on in a new run"
_HEARS: Final = "hears a cancellation before it goes on in a new run"
_MOMENT: Final = timedelta(milliseconds=1)
_MOST_KEPT: Final = 500
_LONGEST_ID: Final = 64
"""A decision's id is shorter; what is longer was sent by somebody else."""


@workflow.defn(name=WORKFLOW_NAME)
class RecallRequest:
    """The waiting of one request, from its making to its end."""

    @workflow.init
    def __init__(self, given: RecallInput) -> None:
        self._given = given
        self._decisions: list[str] = []
        self._seen: dict[str, None] = {}
        self._changed = False
        self._standing: Standing | None = None
        self._rows: list[str] = []
        self._is_long = False
        self._told = (given.next_step, given.next_step_after_seconds)
        self._asked = given.asked or given.approver
        self._reminders = 0
        self._escalated = False
        # Not from now: the first task is done when a worker comes, which may be days later.
        self._since = workflow.info().workflow_start_time - timedelta(seconds=given.born_before_seconds)
        if given.carried is not None:
            self._go_on(given.carried)

    @workflow.signal(name=SIGNAL_DECISION)
    def decision(self, decision_id: Any = None, again: Any = None, *_more: Any) -> None:
        """A decision is stored: settle it. The same one again is ignored, and so is what cannot be the id of one.

        `again` is True where it was found unsettled although it was told: an older database knows nothing of its end.
        Anybody who reaches Temporal can send anything: a handler that fails would stop the workflow for good.
        """
        not_queued = isinstance(decision_id, str) and decision_id not in self._decisions
        if not_queued and (again is True or decision_id not in self._seen):
            self._seen[decision_id] = None
            self._decisions.append(decision_id)
        self._look_at_length()

    @workflow.signal(name=SIGNAL_CHANGED)
    def changed(self, *_anything: Any) -> None:
        """The request was changed from outside: look at it again."""
        self._changed = True
        self._look_at_length()

    @workflow.run
    async def run(self, _given: RecallInput) -> Standing:
        """Wait and act until the request has ended; returns how it ended.

        Cancelled by an operator it closes the request before it ends, so that nobody goes on waiting for a decision.
        """
        try:
            standing = await self._until_ended()
        except (asyncio.CancelledError, FailureError) as problem:
            if is_cancelled_exception(problem):
                await asyncio.shield(self._close())
            raise
        await workflow.wait_condition(workflow.all_handlers_finished)
        return standing

    async def _until_ended(self) -> Standing:
        while self._standing is None or self._standing.is_open:
            self._show()
            await self._wait()
            self._look_at_length()
            if self._is_long:
                await self._hear_a_cancellation()
                workflow.continue_as_new(self._handed_over())
            await self._act()
        self._show()
        return self._standing

    async def _close(self) -> None:
        """What was decided before is settled, what is open is withdrawn, whatever was under way."""
        self._take(await self._run(CLOSE_REQUEST, self._given.request_id, self._text("close")))
        self._show()

    async def _wait(self) -> None:
        """Until something comes in, or the next step is due."""
        _, due = self._next_step()
        left = due - workflow.now()
        if self._pending() or left <= timedelta():
            return
        try:
            await workflow.wait_condition(self._pending, timeout=left, timeout_summary=self._timer_text())
        except TimeoutError:
            return

    def _pending(self) -> bool:
        return bool(self._decisions) or self._changed or self._is_long

    def _look_at_length(self) -> None:
        """Whether Temporal asks for a new run: a history has an end, and so has the number of signals of a run.

        Asked wherever a run can grow. One that had grown so long before this was heeded goes on as it is.
        """
        if workflow.info().is_continue_as_new_suggested() and workflow.patched(_ANEW):
            self._is_long = True

    async def _hear_a_cancellation(self) -> None:
        """One that came beside the signals of a task is told after them, and the next run would know nothing of it."""
        if workflow.patched(_HEARS):
            await workflow.sleep(_MOMENT)
            await asyncio.sleep(0)

    def _handed_over(self) -> RecallInput:
        """What the next run goes on with: all that waits, and so much of what was that nothing is done or told twice."""
        step, seconds = self._told
        carried = Carried(
            since=self._since.isoformat(),
            waiting=[one for one in self._decisions if len(one) <= _LONGEST_ID],
            seen=[one for one in self._seen if len(one) <= _LONGEST_ID][-_MOST_KEPT:],
            rows=self._rows[-_MOST_KEPT:],
            changed=self._changed,
            standing=self._standing,
            reminders=self._reminders,
            escalated=self._escalated,
        )
        return replace(self._given, next_step=step, next_step_after_seconds=seconds, asked=self._asked, carried=carried)

    def _go_on(self, carried: Carried) -> None:
        """Where the run before stopped."""
        self._since = datetime.fromisoformat(carried.since)
        self._decisions = list(carried.waiting)
        self._seen = dict.fromkeys(carried.seen)
        self._rows = list(carried.rows)
        self._changed = carried.changed
        self._standing = carried.standing
        self._reminders = carried.reminders
        self._escalated = carried.escalated

    async def _act(self) -> None:
        """What came in goes first; only then the clock."""
        if self._decisions:
            await self._settle(self._decisions[0])
            self._decisions.pop(0)
        elif self._changed:
            self._changed = False
            self._take(await self._run(READ_STANDING, self._given.request_id, self._text("look")))
        elif workflow.now() >= self._next_step()[1]:
            await self._fall_due()

    async def _settle(self, decision_id: str) -> None:
        number = len(self._rows) + 1
        told = ToSettle(self._given.request_id, decision_id)
        standing = await self._run(SETTLE_DECISION, told, self._text("settle", n=number))
        while standing.is_under_way:
            self._standing = standing
            self._show()
            standing = await self._settle_on(told, standing, number=number)
        if standing.outcome:
            self._rows.append(texts.decision_row(self._given.language, workflow.now(), standing))
        self._take(standing)

    async def _settle_on(self, told: ToSettle, standing: Standing, *, number: int) -> Standing:
        """The next chunks of a long decision, as an activity that shows as pending and tells how far it is."""
        found: Standing = await workflow.execute_activity(
            SETTLE_IN_CHUNKS,
            told,
            result_type=Standing,
            start_to_close_timeout=_CHUNKS_TIMEOUT,
            heartbeat_timeout=_TIMEOUT,
            retry_policy=_RETRY,
            summary=self._text("settle_on", n=number, open=standing.open),
        )
        return found

    async def _fall_due(self) -> None:
        step, due = self._next_step()
        if step == "expiry":
            self._take(await self._run(EXPIRE_REQUEST, self._given.request_id, self._text("expire")))
        elif step == "escalation":
            self._escalated = True
            text = self._text("escalate", person=self._given.escalate_to)
            self._take(await self._run(ESCALATE_REQUEST, self._given.request_id, text))
        elif step == "rerouting":
            rerouting = Rerouting(self._given.request_id, (due - self._since).total_seconds())
            self._take(await self._run(REROUTE_REQUEST, rerouting, self._text("reroute")))
        else:
            self._reminders += 1
            late = (workflow.now() - self._since).total_seconds()
            reminder = Reminder(self._given.request_id, self._reminders, late)
            text = self._text("remind", approver=self._whom(), n=self._reminders)
            self._take(await self._run(REMIND_APPROVER, reminder, text))

    def _next_step(self) -> tuple[str, datetime]:
        """What happens next if nobody decides, and when: as it was told last."""
        name, seconds = self._told
        if not name:
            name, seconds = before_calendars.next_step(
                self._given, reminders=self._reminders, escalated=self._escalated
            )
        return name, texts.until(self._since, seconds)

    async def _run(self, name: str, argument: str | ToSettle | Reminder | Rerouting, summary: str) -> Standing:
        """One transaction, as a local activity; if that fails thrice, as one that shows as pending and never gives up.

        What a local activity fails with is not always wrapped as the failure of an activity: every failure is caught here.
        """
        try:
            standing: Standing = await workflow.execute_local_activity(
                name,
                argument,
                result_type=Standing,
                start_to_close_timeout=_LOCAL_TIMEOUT,
                retry_policy=_LOCAL_RETRY,
                summary=summary,
            )
        except FailureError as problem:
            if is_cancelled_exception(problem):
                raise
            standing = await workflow.execute_activity(
                name,
                argument,
                result_type=Standing,
                start_to_close_timeout=_TIMEOUT,
                retry_policy=_RETRY,
                summary=summary,
            )
        return standing

    def _take(self, standing: Standing) -> None:
        """Remember how the request stands, and let the lists of the UI find it by that."""
        before = self._standing
        self._standing = standing
        self._reminders = max(self._reminders, standing.reminders)
        if standing.next_step:
            self._told = (standing.next_step, standing.next_step_after_seconds)
        updates: list[SearchAttributeUpdate[Any]] = []
        if standing.asked and standing.asked != self._asked:
            self._asked = standing.asked
            if self._given.named_in_lists:
                updates.append(APPROVER.value_set(standing.asked))
        if not standing.is_open:
            updates.append(RECALL_STATUS.value_set(standing.status))
        if standing.blocked_by != (before.blocked_by if before else []):
            blocked = standing.blocked_by[0] if standing.blocked_by else None
            updates.append(BLOCKED_BY.value_set(blocked) if blocked else BLOCKED_BY.value_unset())
            updates.append(NEEDS_ATTENTION.value_set(blocked is not None))
        if updates:
            workflow.upsert_search_attributes(updates)

    def _show(self) -> None:
        progress = texts.Progress(
            self._since,
            self._next_step(),
            self._reminders,
            self._standing,
            self._rows,
            self._asked,
            self._given.escalate_to if self._escalated else None,
        )
        workflow.set_current_details(texts.details(self._given, progress))

    def _text(self, key: str, **values: object) -> str:
        return texts.word(self._given.language, key, **values)

    def _timer_text(self) -> str:
        step, _ = self._next_step()
        if step == "expiry":
            return self._text("timer_expiry")
        if step == "escalation":
            return self._text("timer_escalation", person=self._given.escalate_to)
        if step == "rerouting":
            return self._text("timer_rerouting")
        return self._text("timer_reminder", n=self._reminders + 1, approver=self._whom())

    def _whom(self) -> str:
        return texts.name_of(self._given, self._asked)
