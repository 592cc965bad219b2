"""Plays one case: world, steps, expectations; and holds every step to what it says about refusals and warnings."""

import time
from collections import Counter

import httpx

from tilbake.conformance import expectations, picture, steps
from tilbake.conformance.client import Api
from tilbake.conformance.format import Case, Step
from tilbake.conformance.format_steps import ExpectNow
from tilbake.conformance.outcomes import CaseFailed, NotBuilt, Outcome, Refused
from tilbake.conformance.stage import Stage
from tilbake.conformance.world import set_up

DECISIONS = frozenset({"approve_recall", "reject_recall"})


async def play(case: Case, *, api: Api) -> Outcome:
    """Run a case to its end; what goes wrong becomes the outcome's problem, never an exception."""
    started = time.monotonic()
    try:
        await _play(case, api=api)
        problem = ""
    except CaseFailed as failure:
        problem = str(failure)
    except httpx.HTTPError as fault:
        problem = f"the service cannot be reached: {type(fault).__name__} {fault}"
    except (Refused, LookupError, TypeError, ValueError, ArithmeticError) as fault:
        problem = f"an answer is not as the contract says: {type(fault).__name__} {fault}"
    return Outcome(case.id, case.title, time.monotonic() - started, " ".join(problem.split()))


async def _play(case: Case, *, api: Api) -> None:
    _refuse_unbuilt(case)
    stage = await set_up(case, api=api)
    for step in case.steps:
        try:
            await _take(stage, step=step)
        except CaseFailed as failure:
            raise CaseFailed(f"step {step.number} {step.verb}: {failure}") from failure
    try:
        await expectations.verify(stage, expect=case.expect)
    except CaseFailed as failure:
        raise CaseFailed(f"expect: {failure}") from failure


def _refuse_unbuilt(case: Case) -> None:
    """Name what is missing before anything is set up: a verb first, then an expectation."""
    for step in case.steps:
        if not isinstance(step.do, ExpectNow) and step.verb not in steps.VERBS:
            raise NotBuilt(f"step {step.number}: {step.verb}")
    for step in case.steps:
        if isinstance(step.do, ExpectNow):
            expectations.refuse_unbuilt(step.do.expect)
    expectations.refuse_unbuilt(case.expect)


async def _take(stage: Stage, *, step: Step) -> None:
    if isinstance(step.do, ExpectNow):
        await expectations.verify(stage, expect=step.do.expect)
    elif step.refused:
        await _take_refused(stage, step=step)
    else:
        await _take_accepted(stage, step=step)


async def _take_accepted(stage: Stage, *, step: Step) -> None:
    try:
        warnings = await steps.act(stage, step=step)
    except Refused as refusal:
        raise CaseFailed(f"expected success, got refused {refusal}") from refusal
    if step.warns and step.warns not in warnings:
        raise CaseFailed(f"expected the warning {step.warns}, got {', '.join(warnings) or 'no warning'}")


async def _take_refused(stage: Stage, *, step: Step) -> None:
    wanted = ", ".join(step.refused)
    with_requests = step.verb not in DECISIONS
    before = await picture.take(stage, with_requests=with_requests)
    try:
        await steps.act(stage, step=step)
    except Refused as refusal:
        if Counter(refusal.codes) != Counter(step.refused):
            raise CaseFailed(f"expected refused {wanted}, got refused {refusal}") from refusal
    else:
        raise CaseFailed(f"expected refused {wanted}, got success")
    after = await picture.take(stage, with_requests=with_requests)
    if changed := picture.changes(before, after=after):
        raise CaseFailed(f"refused {wanted} as expected, but {'; '.join(changed)}")
