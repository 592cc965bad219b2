"""Traces through Temporal: what a workflow is told, and what its activities do, belongs to the trace of who told it.

The traceparent travels as a header, which is no command: histories replay with it or without. An activity belongs to
the trace of the message it answers: a decision is settled in the trace of the call that brought it, days after the start.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import structlog
from temporalio import activity, workflow
from temporalio.api.common.v1 import Payload
from temporalio.client import (
    Interceptor as ClientInterceptor,
)
from temporalio.client import (
    OutboundInterceptor,
    SignalWorkflowInput,
    StartWorkflowInput,
    WorkflowHandle,
)
from temporalio.exceptions import ApplicationError, is_cancelled_exception
from temporalio.worker import (
    ActivityInboundInterceptor,
    ExecuteActivityInput,
    ExecuteWorkflowInput,
    HandleSignalInput,
    StartActivityInput,
    StartLocalActivityInput,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)
from temporalio.worker import Interceptor as WorkerInterceptor

from telemetry import failures, trace
from telemetry.spans import Kind, is_recording, span
from telemetry.trace import Trace, carried, trace_of

HEADER: Final = "traceparent"
_ENCODING: Final = {"encoding": b"json/plain"}
_RECALL_WORKFLOW: Final = "RecallRequest"
_DELIVERY_WORKFLOW: Final = "Delivery"
_log = structlog.get_logger()
_WORKFLOW_ID: Final = "temporal.workflow.id"
_OF_REQUESTS: Final = "recall-"
"""How the ids of workflows of requests begin."""
_ATTEMPT: Final = "temporal.activity.attempt"

Headers = Mapping[str, Payload]


def _with(headers: Headers, traceparent: str | None) -> Headers:
    if traceparent is None:
        return headers
    return {**headers, HEADER: Payload(metadata=_ENCODING, data=json.dumps(traceparent).encode())}


def _traceparent_in(headers: Headers) -> str | None:
    """The traceparent of a header, where it is a valid one: anybody who reaches Temporal can send anything."""
    payload = headers.get(HEADER)
    try:
        said = None if payload is None else json.loads(payload.data)
    except ValueError:
        return None
    return said if isinstance(said, str) and trace_of(said) is not None else None


class Tracing(ClientInterceptor, WorkerInterceptor):
    """Given to a client; the workers of that client have it, too."""

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:
        """Whoever tells a workflow something, says in which trace."""
        return _Telling(next)

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """An activity goes on in the trace of what it answers."""
        return _Acting(next)

    def workflow_interceptor_class(self, _input: WorkflowInterceptorClassInput) -> type[WorkflowInboundInterceptor]:
        """A workflow hands traces on."""
        return _Hearing


class _Telling(OutboundInterceptor):
    async def start_workflow(self, input: StartWorkflowInput) -> WorkflowHandle[Any, Any]:
        with span(f"start {input.workflow}", Kind.PRODUCER) as under_way:
            under_way.note(_named(input.id))
            input.headers = _with(input.headers, carried())
            return await super().start_workflow(input)

    async def signal_workflow(self, input: SignalWorkflowInput) -> None:
        with span(f"signal {input.signal}", Kind.PRODUCER) as under_way:
            under_way.note(_named(input.id))
            input.headers = _with(input.headers, carried())
            await super().signal_workflow(input)


class _Told:
    """What a workflow was told in which trace: the last of all, and by decision."""

    def __init__(self) -> None:
        self.last: str | None = None
        self.by_decision: dict[str, str] = {}

    def traceparent_for(self, arguments: Sequence[Any]) -> str | None:
        """In which trace an activity with these arguments is."""
        decision = getattr(arguments[0], "decision_id", None) if arguments else None
        return self.by_decision.get(decision or "", self.last)


class _Hearing(WorkflowInboundInterceptor):
    def init(self, outbound: WorkflowOutboundInterceptor) -> None:
        self._told = _Told()
        super().init(_HandingOn(outbound, self._told))

    async def execute_workflow(self, input: ExecuteWorkflowInput) -> Any:
        begun = _heard(f"workflow {workflow.info().workflow_type}", input.headers)
        self._told.last = self._told.last or begun
        return await super().execute_workflow(input)

    async def handle_signal(self, input: HandleSignalInput) -> None:
        heard = _heard(f"workflow hears {input.signal}", input.headers)
        if heard is not None:
            self._told.last = heard
            if input.args and isinstance(input.args[0], str):
                self._told.by_decision[input.args[0]] = heard
        await super().handle_signal(input)


def _heard(name: str, headers: Headers) -> str | None:
    """The traceparent of what a workflow was told; that it was is a span, once: a replay tells nothing new."""
    traceparent = _traceparent_in(headers)
    if traceparent is None or not is_recording() or workflow.unsafe.is_replaying():
        return traceparent
    id = workflow.info().workflow_id
    with (
        workflow.unsafe.sandbox_unrestricted(),
        workflow.unsafe.imports_passed_through(),
        span(name, Kind.CONSUMER, parent=trace_of(traceparent)) as hearing,
    ):
        hearing.note(_named(id))
        return carried()


class _HandingOn(WorkflowOutboundInterceptor):
    def __init__(self, next: WorkflowOutboundInterceptor, told: _Told) -> None:
        super().__init__(next)
        self._told = told

    def start_activity(self, input: StartActivityInput) -> workflow.ActivityHandle[Any]:
        input.headers = _with(input.headers, self._told.traceparent_for(input.args))
        return super().start_activity(input)

    def start_local_activity(self, input: StartLocalActivityInput) -> workflow.ActivityHandle[Any]:
        input.headers = _with(input.headers, self._told.traceparent_for(input.args))
        return super().start_local_activity(input)


class _Acting(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        """What is logged after it has failed belongs to its trace, too: an activity has a task of its own, nothing is put back."""
        info, ids = activity.info(), _ids_of(activity.info(), input.args)
        under_way: Trace | None = None
        try:
            with span(f"activity {info.activity_type}", Kind.CONSUMER, parent=_parent_of(input), **ids) as acting:
                acting.note({**_named(info.workflow_id), _ATTEMPT: info.attempt})
                under_way = trace.current()
                return await self._run(input)
        finally:
            trace.enter(under_way, **ids)

    async def _run(self, input: ExecuteActivityInput) -> Any:
        try:
            return await super().execute_activity(input)
        except Exception as error:
            if is_cancelled_exception(error) or failures.all_telling(error):
                raise
            _log.error("activity.failed", activity=activity.info().activity_type, failure=failures.described(error))
            raise _without_words(error) from None


def _parent_of(input: ExecuteActivityInput) -> Trace | None:
    return trace_of(_traceparent_in(input.headers))


def _ids_of(info: activity.Info, arguments: Sequence[Any]) -> dict[str, str | None]:
    """The request or the delivery it is for."""
    told = arguments[0] if arguments else None
    recall = getattr(told, "request_id", told if info.workflow_type == _RECALL_WORKFLOW else None)
    delivery = getattr(told, "delivery_id", told if info.workflow_type == _DELIVERY_WORKFLOW else None)
    return {"recall": _text(recall), "delivery": _text(delivery)}


def _text(id: object) -> str | None:
    return id if isinstance(id, str) else None


def _named(workflow: str | None) -> dict[str, str]:
    return {_WORKFLOW_ID: workflow} if workflow and workflow.startswith(_OF_REQUESTS) else {}


def _without_words(error: Exception) -> ApplicationError:
    """The same failure for the history of a workflow: its kind and its places, without a text that may hold values."""
    kind = type(error).__name__
    return ApplicationError(f"{kind}; see activity.failed in the log of the worker", type=kind).with_traceback(
        error.__traceback__
    )
