"""Sets the world of one case up: a unit of its own with people, project, policy, clock, channel and entries."""

import asyncio
import re
import secrets
from collections.abc import Iterable
from typing import Any

from tilbake.conformance import production_world
from tilbake.conformance.client import Api, Channel
from tilbake.conformance.format import Case
from tilbake.conformance.format_steps import Delegate
from tilbake.conformance.format_world import Entry
from tilbake.conformance.outcomes import CaseFailed, NotBuilt, Refused
from tilbake.conformance.stage import ADMIN, Stage, plain

UNAUTHENTICATED = 401


async def set_up(case: Case, *, api: Api) -> Stage:
    """A stage with everything the case's world describes. Raises CaseFailed naming what could not be set up."""
    stage = _stage(case, api=api)
    try:
        await _people(stage)
        await _unit(stage)
        await _project(stage)
        await _entries(stage)
        await production_world.set_up(stage)
    except Refused as refusal:
        if "not_supported" in refusal.codes:
            raise NotBuilt(f"the world ({refusal.detail})") from refusal
        hint = "; is the data directory that of this service?" if refusal.status == UNAUTHENTICATED else ""
        raise CaseFailed(f"setting the world up was refused with {refusal}{hint}") from refusal
    return stage


def _stage(case: Case, *, api: Api) -> Stage:
    suffix = f"{secrets.token_hex(3)}-{re.sub('[^a-z0-9]+', '-', case.id.lower()).strip('-')[:30]}"
    return Stage(case=case, api=api, suffix=suffix, unit=f"c-{suffix}")


def _everyone(case: Case) -> tuple[str, ...]:
    """All people the case mentions: those of its world, and those that only a step or the policy names."""
    named = list(case.world.people.everyone())
    named += [step.by for step in case.steps if step.by]
    for step in case.steps:
        if isinstance(step.do, Delegate):
            named += [step.do.person, step.do.to]
    named += [one] if (one := case.world.policy.get("escalate_to")) else []
    return tuple(dict.fromkeys(named))


async def _people(stage: Stage) -> None:
    for name in _everyone(stage.case):
        person = f"{re.sub('[^a-z0-9._-]', '-', name.lower())}-{stage.suffix}"
        stage.people[name] = person
        await stage.api.write("/people", by=ADMIN, body={"id": person, "name": name})


def _policy(stage: Stage) -> dict[str, Any]:
    policy: dict[str, Any] = plain(stage.case.world.policy)
    if escalate_to := policy.get("escalate_to"):
        policy["escalate_to"] = stage.person(escalate_to)
    return policy


async def _unit(stage: Stage) -> None:
    world = stage.case.world
    unit = {
        "id": stage.unit,
        "name": stage.case.id,
        "currency": world.cost_currency or world.currency,
        "policy": _policy(stage),
    }
    await stage.api.write("/units", by=ADMIN, body=unit)
    await _clock(stage)
    await stage.api.write(f"/units/{stage.unit}/roles", by=ADMIN, method="PUT", body=_roles(stage))
    made = await stage.api.write("/channels", by=ADMIN, body={"id": stage.unit, "unit": stage.unit})
    stage.channel = Channel(stage.unit, made.body["secret"])


def _roles(stage: Stage) -> dict[str, list[str]]:
    people = stage.case.world.people
    return {
        "finance": _ids(people.finance, stage=stage),
        "planner": _ids(people.planner, stage=stage),
        "member": _ids(dict.fromkeys(people.submitter + people.stranger), stage=stage),
        "approver": _ids(people.approver, stage=stage),
    }


def _ids(names: Iterable[str], *, stage: Stage) -> list[str]:
    return [stage.person(name) for name in names]


async def _clock(stage: Stage) -> None:
    body = {"today": plain(stage.case.world.today)}
    try:
        await stage.api.write(f"/units/{stage.unit}/clock", by=ADMIN, body=body)
    except (Refused, CaseFailed) as refusal:
        raise CaseFailed(
            f"the service does not let its clock be set ({refusal}); start it with the test clock switched on"
        ) from refusal


async def _project(stage: Stage) -> None:
    world = stage.case.world
    project: dict[str, Any] = {
        "unit": stage.unit,
        "name": f"{stage.case.id} {stage.case.title}"[:100],
        "code": stage.unit.upper(),
        "billing": world.project.billing,
        "currency": world.currency,
        "exchange_rate": plain(world.exchange_rate),
        "approvers": _ids(world.people.approver, stage=stage),
        "rates": {"cost": plain(world.rates.cost), "sales": plain(world.rates.sales)},
    }
    if world.customers:
        project["customers"] = [
            {"id": one.id, "share": plain(one.share), "rounding": one.rounding} for one in world.customers
        ]
    if world.intercompany:
        agreed = world.intercompany
        project["intercompany"] = {"resourcing_cost": plain(agreed.resourcing_cost), "sales": plain(agreed.sales)}
    made = await stage.api.write("/projects", by=ADMIN, body=project)
    stage.project = made.body["id"]
    if world.exchange_rate_today is not None:
        rate = {"since": plain(world.today), "rate": plain(world.exchange_rate_today)}
        await stage.api.write(f"/projects/{stage.project}/exchange-rate", by=ADMIN, method="PUT", body=rate)
    if world.milestone is not None:
        body = {"amount": plain(world.milestone), "name": "Milestone", "date": plain(world.today)}
        await stage.api.write(f"/projects/{stage.project}/milestones", by=ADMIN, body=body)


def _new_entry(entry: Entry, *, stage: Stage, owner: str) -> dict[str, Any]:
    given = {
        "billing_type": entry.billing_type,
        "amount_method": entry.amount_method,
        "amount": plain(entry.amount),
        "cost_price": plain(entry.cost_price),
        "sales_price": plain(entry.sales_price),
        "external": entry.external or None,
    }
    return {
        "project": stage.project,
        "kind": entry.kind,
        "date": plain(entry.date),
        "quantity": plain(entry.quantity),
        "owner": owner,
        **{name: value for name, value in given.items() if value is not None},
    }


async def _entries(stage: Stage) -> None:
    world = stage.case.world
    owner = stage.person(world.people.submitter[0])
    replies = await asyncio.gather(
        *(
            stage.api.write("/entries", by=owner, body=_new_entry(entry, stage=stage, owner=owner))
            for entry in world.entries
        )
    )
    stage.entries.update({entry.id: reply.body["id"] for entry, reply in zip(world.entries, replies, strict=True)})
    await _advance_entries(stage, owner=owner)


async def _advance_entries(stage: Stage, *, owner: str) -> None:
    world = stage.case.world
    approver = stage.person(world.people.approver[0])
    submitted = [stage.entry(one.id) for one in world.entries if one.status in ("submitted", "approved")]
    approved = [stage.entry(one.id) for one in world.entries if one.status == "approved"]
    if submitted:
        await stage.api.write("/entries/submit", by=owner, body={"entries": submitted})
    if approved:
        await stage.api.write("/entries/approve", by=approver, body={"entries": approved})
