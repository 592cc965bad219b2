"""One event on its way to one receiver: tried again by the retries of one activity, for three days, then given up.

It knows ids only: what is sent, and where to, the activity reads from Postgres at each attempt.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Final

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, FailureError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from workflows import texts
    from workflows.contracts import CLOSE_DELIVERY, DELIVER, DELIVERY_WORKFLOW, Closing, DeliveryInput

_ATTEMPT_TIMEOUT: Final = timedelta(seconds=40)
_CLOSE_TIMEOUT: Final = timedelta(seconds=30)
_CLOSE_RETRY: Final = RetryPolicy(
    initial_interval=timedelta(seconds=1), backoff_coefficient=2, maximum_interval=timedelta(seconds=60)
)
GAVE_UP: Final = "gave_up"
OPERATOR: Final = "operator"


@workflow.defn(name=DELIVERY_WORKFLOW)
class Delivery:
    """The delivery of one event to one receiver."""

    @workflow.run
    async def run(self, given: DeliveryInput) -> str:
        """Try until it is taken, refused for good, or the time is over; returns how it ended. A failure fails no workflow."""
        try:
            return await self._deliver(given)
        except ActivityError as problem:
            if is_cancelled_exception(problem):
                await asyncio.shield(self._close(given, OPERATOR))
                raise
            return await self._close(given, GAVE_UP)
        except (asyncio.CancelledError, FailureError) as problem:
            if is_cancelled_exception(problem):
                await asyncio.shield(self._close(given, OPERATOR))
            raise

    async def _deliver(self, given: DeliveryInput) -> str:
        """5 s after the first attempt the second, then three times as long each time, at most six hours; or as the receiver asks."""
        ended: str = await workflow.execute_activity(
            DELIVER,
            given.delivery_id,
            result_type=str,
            start_to_close_timeout=_ATTEMPT_TIMEOUT,
            schedule_to_close_timeout=timedelta(seconds=given.give_up_after_seconds),
            retry_policy=RetryPolicy(
                initial_interval=timedelta(seconds=5),
                backoff_coefficient=3,
                maximum_interval=timedelta(hours=6),
                maximum_attempts=given.attempts,
            ),
            summary=texts.word(given.language, "deliver", what=given.what),
        )
        return ended

    async def _close(self, given: DeliveryInput, problem: str) -> str:
        ended: str = await workflow.execute_activity(
            CLOSE_DELIVERY,
            Closing(given.delivery_id, problem),
            result_type=str,
            start_to_close_timeout=_CLOSE_TIMEOUT,
            retry_policy=_CLOSE_RETRY,
            summary=texts.word(given.language, "give_up" if problem == GAVE_UP else "close"),
        )
        return ended
