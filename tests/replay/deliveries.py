"""Every path a delivery's workflow can take, walked on a real server with activities that answer what is written here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any, Final

from temporalio import activity
from temporalio.client import Client, WorkflowFailureError, WorkflowHandle, WorkflowHistory
from temporalio.exceptions import ApplicationError
from temporalio.testing import TimeSkipper

from tests.harness import new_task_queue
from tests.waiting import until
from worker import tuned_worker
from workflows.contracts import CLOSE_DELIVERY, DELIVER, DELIVERY_WORKFLOW, Closing, DeliveryInput
from workflows.delivery import Delivery

Handle = WorkflowHandle[Any, Any]
Answer = str | Exception
Walk = Callable[[Client, Handle, "Acts"], Awaitable[None]]
_ID: Final = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
_NOT_YET: Final = ApplicationError("answered 503", type="NotDelivered")


class Acts:
    """Answers in turn what stands in `attempts`, the last one again and again; closing says how it ended."""

    def __init__(self, attempts: Sequence[Answer]) -> None:
        self._attempts = list(attempts)
        self.tried = 0

    @property
    def all(self) -> Sequence[Callable[..., Awaitable[Any]]]:
        """What a worker registers."""
        return (self.deliver, self.close)

    @activity.defn(name=DELIVER)
    async def deliver(self, _delivery: str) -> str:
        self.tried += 1
        answer = self._attempts.pop(0) if len(self._attempts) > 1 else self._attempts[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    @activity.defn(name=CLOSE_DELIVERY)
    async def close(self, closing: Closing) -> str:
        return "canceled" if closing.problem == "operator" else "failed"


async def _tried(acts: Acts) -> None:
    async def look() -> bool:
        return acts.tried > 0

    await until(look, what="the delivery was tried")


async def _wait(_client: Client, _handle: Handle, _acts: Acts) -> None:
    return


async def _skip(client: Client, handle: Handle, acts: Acts) -> None:
    await _tried(acts)
    await TimeSkipper(client).fast_forward(handle, timedelta(seconds=6))


async def _skip_all(client: Client, handle: Handle, acts: Acts) -> None:
    await _tried(acts)
    await TimeSkipper(client).fast_forward(handle, timedelta(days=3, hours=1))


async def _cancel(_client: Client, handle: Handle, acts: Acts) -> None:
    await _tried(acts)
    await handle.cancel()


_BEFORE_IT_BEGAN: Final = "delivery_cancelled_before_it_began"
_PATHS: Final[dict[str, tuple[list[Answer], Walk, int]]] = {
    "delivery_taken": (["delivered"], _wait, 0),
    "delivery_taken_later": ([_NOT_YET, "delivered"], _skip, 0),
    "delivery_given_up": ([_NOT_YET], _skip_all, 0),
    "delivery_of_a_ping_failed": ([_NOT_YET], _wait, 1),
    "delivery_cancelled": ([_NOT_YET], _cancel, 0),
    _BEFORE_IT_BEGAN: ([_NOT_YET], _wait, 0),
}
DELIVERY_PATHS: Final = tuple(_PATHS)


async def walked_delivery(client: Client, name: str) -> WorkflowHistory:
    """The history of one path, walked now."""
    attempts, walk, most = _PATHS[name]
    acts, queue = Acts(attempts), new_task_queue()
    given = DeliveryInput(_ID, "recall.recalled R-1042", "oslo", timedelta(days=3).total_seconds(), attempts=most)
    handle = await client.start_workflow(DELIVERY_WORKFLOW, given, id=f"delivery-1-{queue}", task_queue=queue)
    if name == _BEFORE_IT_BEGAN:
        await handle.cancel()
    async with tuned_worker(client, queue, workflows=[Delivery], activities=acts.all, own=("workflows", "domain")):
        await walk(client, handle, acts)
        try:
            await handle.result()
        except WorkflowFailureError:
            assert "cancelled" in name
        return await handle.fetch_history()
