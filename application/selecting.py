"""Selecting as people think: a row or cells of a week, or an import.

What is submitted comes back at once, what is approved is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from application import asking, entries
from application.asking import Asked, Wish, check_size
from application.work import Refused, Work
from domain.limits import MOST_LINES
from domain.refusals import Code, Refusal
from store import lists, outbox
from store.ids import is_id
from store.lists import Selection


@dataclass(frozen=True, slots=True)
class Selected:
    """What a selection found, by what is to be done with it, each in the order of dates."""

    submitted: tuple[str, ...]
    approved: tuple[str, ...]
    left: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What a selection did: entries that came back at once, requests for the others, and what was left as it is."""

    at_once: tuple[str, ...]
    asked: Asked | None
    left: Mapping[str, str]

    @property
    def messages(self) -> Sequence[outbox.Message]:
        """What Temporal is to be told."""
        return self.asked.messages if self.asked else ()


async def select(work: Work, selection: Selection) -> Selected:
    """Find the entries of a selection that can be taken back somehow; drafts and what was sent back are not meant."""
    if selection.project is None and selection.batch is None:
        raise Refused(Refusal(Code.NOTHING_SELECTED, None, {"why": "no_place"}))
    if not all(is_id(id) for id in (selection.project, selection.batch) if id is not None):
        raise Refused(Refusal(Code.NOTHING_SELECTED, None, {"why": "nothing_found"}))
    found = await lists.selected(work.connection, selection, most=MOST_LINES + 1, by=work.person)
    check_size(found)
    return Selected(
        submitted=tuple(id for id, status in found.items() if status == "submitted"),
        approved=tuple(id for id, status in found.items() if status == "approved"),
        left={id: status for id, status in found.items() if status == "recall_requested"},
    )


async def take_back(work: Work, selection: Selection, wish: Wish) -> TakenBack:
    """Do what the owner of a selection means, in one transaction. A reason is needed only if something was approved."""
    found = await select(work, selection)
    if not found.submitted and not found.approved:
        raise Refused(Refusal(Code.NOTHING_SELECTED, None, {"why": "nothing_found"}))
    if found.submitted:
        await entries.take_back(work, found.submitted)
    asked = await asking.ask(work, replace(wish, subjects=found.approved)) if found.approved else None
    return TakenBack(found.submitted, asked, found.left)
