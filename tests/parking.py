"""A second kind of recallable work that lives in the tests only: parking permits, taken back by a credit of their fee.

Knows nothing of entries and actuals. What can be in the way is a car that stands there now.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from domain.recall.kinds import Context, RequestCheck, Subject
from domain.recall.plan import Plan
from domain.refusals import Code, Refusal


@dataclass(frozen=True, slots=True)
class Permit:
    """A permit of a car for a garage; `fee` in whole crowns."""

    id: str
    owner: str
    fee: int
    valid: bool = True
    car_inside: bool = False


class ParkingPermits:
    """Implements domain.recall.kinds.RecallKind."""

    name = "parking_permit"

    def check_request(self, facts: Permit, context: Context) -> RequestCheck:
        if not facts.valid:
            return RequestCheck(Refusal(Code.NOT_RECALLABLE, facts.id, {"status": "expired"}))
        return RequestCheck(warnings=(_car_inside(facts),) if facts.car_inside else ())

    def check_decision(self, facts: Permit, context: Context) -> Refusal | None:
        return _car_inside(facts) if facts.car_inside else None

    def plan(self, facts: Permit, context: Context) -> Plan:
        return Plan(facts.id, ({"permit": facts.id, "fee": str(-facts.fee), "day": context.today.isoformat()},))

    def effect_once_credited(self, facts: Permit, refusal: Refusal | None) -> str | None:
        return None


def _car_inside(permit: Permit) -> Refusal:
    return Refusal(Code.RESERVED, permit.id, {"entry": permit.id, "demand": "car", "quantity": "0"})


def subject_of(permit: Permit, *, person: str, open_request: str | None = None) -> Subject[Permit]:
    """The permit as somebody sees it who asks."""
    return Subject(
        id=permit.id,
        unit="garage",
        title="Garage",
        owner=permit.owner,
        acts_for_owner=permit.owner == person,
        group=("garage", "warden"),
        open_request=open_request,
        facts=permit,
    )


@dataclass(frozen=True, slots=True)
class Garage:
    """All permits and the credits written for those that were taken back."""

    permits: Mapping[str, Permit]
    credits: tuple[Mapping[str, str | None], ...] = ()

    def park(self, permit: str, *, inside: bool) -> Garage:
        """A car drives in or out."""
        return replace(self, permits={**self.permits, permit: replace(self.permits[permit], car_inside=inside)})

    def take_back(self, plan: Plan) -> Garage:
        """Write a plan: the credit, and the permit is no longer valid."""
        ended = replace(self.permits[plan.subject], valid=False)
        return Garage({**self.permits, plan.subject: ended}, (*self.credits, *plan.rows))
