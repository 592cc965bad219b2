"""A request is accepted or refused as a whole, naming every bad line (project-recall, section 6, at the request)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from domain.recall.kinds import Context, RecallKind, RequestCheck, Subject
from domain.recall.plan import Plan
from domain.recall.policy import Policy
from domain.refusals import Code, Refusal

FactsT = TypeVar("FactsT")


@dataclass(frozen=True, slots=True)
class Ask:
    """The command: these subjects are to be taken back, for this reason. A preview asks without a reason."""

    subjects: tuple[str, ...]
    reason: str | None
    reason_code: str | None = None
    preview: bool = False


@dataclass(frozen=True, slots=True)
class Accepted:
    """What is asked for, divided into the requests it becomes, with the plan of every line."""

    groups: Mapping[tuple[str, ...], tuple[str, ...]]
    plans: Mapping[str, Plan]
    warnings: tuple[Refusal, ...]


def decide_ask(
    ask: Ask,
    *,
    kind: RecallKind[FactsT],
    subjects: Mapping[str, Subject[FactsT]],
    context: Context,
) -> Accepted | tuple[Refusal, ...]:
    """Accept or refuse a request; refusals come in the order of its lines, one for each bad line."""
    checks = _check_lines(ask, kind=kind, subjects=subjects, context=context)
    refusals = (*_check_whole(ask, context.policy), *(check.refusal for check in checks if check.refusal))
    if refusals:
        return refusals
    plans = {subject: kind.plan(subjects[subject].facts, context) for subject in ask.subjects}
    warnings = tuple(warning for check in checks for warning in check.warnings)
    return Accepted(_grouped(ask.subjects, subjects), plans, warnings)


def check_reason(reason_code: str | None, policy: Policy) -> Refusal | None:
    """Where a policy has reason codes, a request names one of them; where it has none, it may name any."""
    if not policy.reason_codes or policy.with_reason(reason_code).reason_codes:
        return None
    known = {"known": ", ".join(one.code for one in policy.reason_codes)}
    if reason_code is None:
        return Refusal(Code.REASON_CODE_REQUIRED, facts=known)
    return Refusal(Code.UNKNOWN_REASON_CODE, facts=known | {"reason_code": reason_code})


def _check_whole(ask: Ask, policy: Policy) -> Sequence[Refusal]:
    found = []
    if not ask.preview and not (ask.reason or "").strip():
        found.append(Refusal(Code.REASON_REQUIRED))
    unknown = None if ask.preview else check_reason(ask.reason_code, policy)
    if unknown is not None:
        found.append(unknown)
    if not ask.subjects:
        found.append(Refusal(Code.NOTHING_SELECTED))
    return found


def _check_lines(
    ask: Ask,
    *,
    kind: RecallKind[FactsT],
    subjects: Mapping[str, Subject[FactsT]],
    context: Context,
) -> list[RequestCheck]:
    checks: list[RequestCheck] = []
    seen: set[str] = set()
    for name in ask.subjects:
        if name in seen:
            checks.append(RequestCheck(Refusal(Code.DUPLICATE_LINE, name)))
        elif name not in subjects:
            checks.append(RequestCheck(Refusal(Code.UNKNOWN_ENTRY, name)))
        else:
            checks.append(check_subject(subjects[name], kind=kind, context=context))
        seen.add(name)
    return checks


def check_subject(subject: Subject[FactsT], *, kind: RecallKind[FactsT], context: Context) -> RequestCheck:
    """May this be asked to be taken back now, by whoever the subject was loaded for?

    Asked by the request, its preview, and whoever offers it. First what does not depend on the kind.
    """
    return _check_standing(subject) or kind.check_request(subject.facts, context)


def _check_standing(subject: Subject[FactsT]) -> RequestCheck | None:
    """Is it the requester's, is it asked for already."""
    if not subject.acts_for_owner:
        why = {"why": subject.askers} if subject.askers else {}
        return RequestCheck(Refusal(Code.NOT_YOURS, subject.id, why))
    if subject.open_request is not None:
        return RequestCheck(Refusal(Code.RECALL_PENDING, subject.id, {"request": subject.open_request}))
    return None


def _grouped(names: Sequence[str], subjects: Mapping[str, Subject[FactsT]]) -> dict[tuple[str, ...], tuple[str, ...]]:
    groups: dict[tuple[str, ...], list[str]] = {}
    for name in names:
        groups.setdefault(subjects[name].group, []).append(name)
    return {group: tuple(members) for group, members in groups.items()}
