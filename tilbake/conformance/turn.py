"""A step about to be taken, and what every verb needs for it."""

from dataclasses import dataclass
from typing import Any

from tilbake.conformance.client import Reply
from tilbake.conformance.format import Step
from tilbake.conformance.stage import Stage, plain

Warnings = tuple[str, ...]


@dataclass(frozen=True)
class Turn:
    """A step about to be taken: the case so far, the step, and the id of the person who acts."""

    stage: Stage
    step: Step
    by: str

    async def post(self, path: str, *, body: Any) -> Reply:
        """A call by the person whose turn it is."""
        return await self.stage.api.write(path, by=self.by, body=body)

    def name(self, made: str) -> None:
        """Keep the id of what the step made under the name the case gives it."""
        if self.step.name:
            self.stage.made[self.step.name] = made


def given(**values: Any) -> dict[str, Any]:
    """What a step says, as the API wants it; what it leaves out is left out."""
    return {name: plain(value) for name, value in values.items() if value is not None}
