"""The protocol a kind of work implements to be recallable: facts in, plan (exact rows) or refusals out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Generic, Protocol, TypeVar

from domain.recall.plan import Plan
from domain.recall.policy import Policy
from domain.refusals import Refusal

FactsT = TypeVar("FactsT")
FactsT_contra = TypeVar("FactsT_contra", contravariant=True)


@dataclass(frozen=True, slots=True)
class Context:
    """What every check may ask beside the facts: the unit's day and its policy."""

    today: date
    policy: Policy


@dataclass(frozen=True, slots=True)
class RequestCheck:
    """The first thing that is in the way of a request, and what is worth a warning."""

    refusal: Refusal | None = None
    warnings: tuple[Refusal, ...] = ()


class RecallKind(Protocol[FactsT_contra]):
    """The rules of one kind of recallable work. All functions are pure."""

    name: str

    def check_request(self, facts: FactsT_contra, context: Context, /) -> RequestCheck:
        """May this be asked to be taken back?"""

    def check_decision(self, facts: FactsT_contra, context: Context, /) -> Refusal | None:
        """May it be taken back at this very moment?"""

    def plan(self, facts: FactsT_contra, context: Context, /) -> Plan:
        """The exact rows taking it back writes now."""

    def effect_once_credited(self, facts: FactsT_contra, refusal: Refusal | None, /) -> str | None:
        """A fingerprint of what taking it back comes to once the invoice that `refusal` is about is credited in full.

        With no refusal what it comes to now: the two are the same where the credit changed nothing else. None where no
        credit clears the way.
        """


@dataclass(frozen=True, slots=True)
class Subject(Generic[FactsT]):
    """Something recallable: who owns it, who is asked first about it, and the facts its kind needs.

    `group` keeps apart what must be decided separately: first what the request is about (for entries the project), then who is
    asked first; `title` is how the former is called; `open_request` is the number of a request that already names it;
    `askers` is the case of not_yours that says who may ask, where that is not the owner.
    """

    id: str
    unit: str
    title: str
    owner: str
    acts_for_owner: bool
    group: tuple[str, ...]
    open_request: str | None
    facts: FactsT
    askers: str = ""
