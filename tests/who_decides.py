"""Who decides, and what comes of it: a plain model of project-recall sections 6 and 7, and output-reversal section 4.

It shares nothing with the rules it is compared with: its own words, its own state, nothing clever.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Protocol

from tests.organisations import Change, Letting, Organisation, Story, Try, Verdict

Line = str
"""How a line stands: open, recalled or rejected."""

SELDOM = {f"later {code}" for code in ("not_approver", "own_request", "delegation_expired", "request_closed")}
EVERYTHING = {
    *("taken", "not_approver", "own_request", "delegation_expired", "already_decided", "request_closed"),
    *("later None", "open", "recalled", "rejected"),
    *SELDOM,
}
"""What comes of trying, in some story or other; in few ones what is SELDOM need not come about."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A decision that was taken in: by whose right, of which lines."""

    by: str
    right_of: str
    verdict: Verdict
    lines: tuple[int, ...]
    day: int


class Player(Protocol):
    """Something that plays a story: it takes a decision in or refuses it with a code, and carries out what it took, in order."""

    async def take(self, tried: Try) -> str | Taken: ...

    async def change(self, change: Change) -> None: ...

    async def settle(self) -> str | None: ...

    @property
    def refuses_the_rest(self) -> bool:
        """Whether what waits when a request ends is refused with it, whatever its right has come to."""

    async def standing(self) -> list[Line]: ...


async def compare(story: Story, player: Player, seen: Counter[str]) -> None:
    """Play a story beside the model: each answer must be the same. `seen` counts them."""
    model = model_of(story.organisation)
    for one in story.rounds:
        for tried in one.tries:
            expected = model.take(tried)
            assert await player.take(tried) == expected, (tried, model)
            seen[expected if isinstance(expected, str) else "taken"] += 1
        for change in one.meanwhile:
            if model.change(change):
                await player.change(change)
        while model.waiting:
            is_late = player.refuses_the_rest and not model.open_lines
            code = model.refuse() if is_late else model.settle()
            assert await player.settle() == code, model
            assert await player.standing() == model.lines, model
            seen[f"later {code}"] += 1
    seen.update(model.lines)


@dataclass(slots=True)
class Model:
    """A request as it stands, and the organisation around it as it is by now."""

    organisation: Organisation
    deciders: set[str]
    lettings: list[Letting]
    lines: list[Line]
    approvals: list[dict[str, str]]
    escalated: bool
    today: int = 0
    waiting: list[Taken] = field(default_factory=list)

    @property
    def parties(self) -> set[str]:
        return {self.organisation.requester, *self.organisation.owners}

    @property
    def open_lines(self) -> tuple[int, ...]:
        return tuple(number for number, line in enumerate(self.lines) if line == "open")

    @property
    def who_decides(self) -> set[str]:
        escalation = self.organisation.escalation
        return self.deciders | ({escalation} if self.escalated and escalation else set())

    def lets(self, giver: str, taker: str, purpose: str, *, day: int) -> bool:
        """Whether somebody acts for somebody on a day; a letting that was ended gives nothing, whatever its days."""
        return any(
            (one.giver, one.taker, one.purpose) == (giver, taker, purpose)
            and one.ended is None
            and one.since <= day <= one.until
            for one in self.lettings
        )

    def no_right(self, person: str, givers: set[str], *, day: int) -> str:
        """A delegation that has ended is named; one that has not begun gives nothing and says nothing."""
        mine = [
            one for one in self.lettings if one.taker == person and one.giver in givers and one.purpose == "decisions"
        ]
        is_over = any(one.ended is not None or one.until < day for one in mine)
        return "delegation_expired" if is_over else "not_approver"

    def is_concerned(self, person: str, *, day: int) -> bool:
        return person in self.parties or any(self.lets(party, person, "requests", day=day) for party in self.parties)

    def rights_of(self, person: str) -> tuple[list[str], str | None]:
        """Whose rights a person may use today: the own one, or those of others, by name; none, and the code why."""
        day = self.today
        givers = sorted(giver for giver in self.who_decides if self.lets(giver, person, "decisions", day=day))
        found = [person] if person in self.who_decides else givers
        if not found:
            return [], self.no_right(person, self.who_decides, day=day)
        if self.organisation.own_allowed:
            return found, None
        usable = [] if self.is_concerned(person, day=day) else [one for one in found if one not in self.parties]
        return usable, None if usable else "own_request"

    def counts(self, line: int, person: str, right: str) -> bool:
        """Whether one more approval would count: neither the person nor the right has approved the line, or is about to decide it."""
        if person in self.approvals[line] or right in self.approvals[line].values():
            return False
        return not any(line in one.lines and {one.by, one.right_of} & {person, right} for one in self.waiting)

    def take(self, tried: Try) -> str | Taken:
        """Somebody decides, by the right that counts for most lines, of equal ones the first by name."""
        rights, code = self.rights_of(tried.person)
        if code is not None:
            return code
        if not self.open_lines:
            return "request_closed"
        lines = self.open_lines if tried.lines is None else tried.lines
        if any(number >= len(self.lines) for number in lines):
            return "unknown_entry"
        if not set(lines) <= set(self.open_lines):
            return "already_decided"
        worth = {right: sum(self.counts(one, tried.person, right) for one in lines) for right in rights}
        best = max(rights, key=lambda right: worth[right])
        if tried.verdict == "approve" and not worth[best]:
            return "already_decided"
        self.waiting.append(Taken(tried.person, best, tried.verdict, lines, self.today))
        return self.waiting[-1]

    def refuse(self) -> str:
        """The first that was taken came too late."""
        self.waiting.pop(0)
        return "request_closed"

    def settle(self) -> str | None:
        """The first that was taken is carried out, by the same right, if nobody took that away: its days are those of the decision."""
        taken = self.waiting.pop(0)
        person, right, day = taken.by, taken.right_of, taken.day
        if right not in self.who_decides:
            return "not_approver"
        if right != person and not self.lets(right, person, "decisions", day=day):
            return self.no_right(person, {right}, day=day)
        if not self.organisation.own_allowed and (self.is_concerned(person, day=day) or right in self.parties):
            return "own_request"
        if not self.open_lines:
            return "request_closed"
        for number in set(taken.lines) & set(self.open_lines):
            if taken.verdict == "reject":
                self.lines[number] = "rejected"
                continue
            self.approvals[number][taken.by] = taken.right_of
            if len(set(self.approvals[number].values())) >= self.organisation.quorum + self.organisation.needed_more:
                self.lines[number] = "recalled"
        return None

    def of_taker(self, person: str) -> int | None:
        """The place of the first letting of a person that was not ended."""
        return next((n for n, one in enumerate(self.lettings) if one.taker == person and one.ended is None), None)

    def change(self, change: Change) -> bool:
        """The organisation changes; False if it would stay as it is."""
        match change.what:
            case "grant":
                self.deciders.add(change.person)
            case "revoke" if change.person in self.deciders:
                self.deciders.remove(change.person)
            case "let":
                self.lettings.append(change.letting)
            case "end" if self.of_taker(change.person) is not None:
                number = self.of_taker(change.person) or 0
                self.lettings[number] = replace(self.lettings[number], ended=self.today)
            case "escalate" if self.organisation.escalation and self.open_lines and not self.escalated:
                self.escalated = True
            case "day":
                self.today += 1
            case _:
                return False
        return True


def model_of(organisation: Organisation) -> Model:
    """The request when it was just made."""
    return Model(
        organisation,
        set(organisation.deciders),
        list(organisation.all_lettings),
        ["open"] * len(organisation.owners),
        [{} for _ in organisation.owners],
        escalated=organisation.escalated and organisation.escalation is not None,
    )
