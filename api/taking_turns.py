"""Long work beside others: between two steps of it the event loop does what else is due."""

import asyncio

from imports.steps import Result, Steps


async def take_turns(steps: Steps[Result]) -> Result:
    """All steps, none of which may take longer than others can wait."""
    while True:
        try:
            next(steps)
        except StopIteration as done:
            result: Result = done.value
            return result
        await asyncio.sleep(0)
