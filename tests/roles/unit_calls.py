"""How the routes about units, people, policies, periods, exports and the service itself are called."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from tests.api.world import new_project
from tests.roles.cast import Asked, Call, Cast
from tests.waiting import eventually

_SAMPLE: Final = Path(__file__).resolve().parents[2] / "samples" / "harvest-detailed-time.csv"
_LONG_AGO: Final = date(2015, 1, 1)


def _nothing(_cast: Cast) -> Asked:
    return Asked()


def _unit(body: Any = None, *, headers: Mapping[str, str] | None = None, query: str = "") -> Call:
    return lambda cast: Asked({"unit": cast.unit}, body, query, headers or {})


def _project(body: Any = None) -> Call:
    return lambda cast: Asked({"project": cast.world.project}, body)


def _new_person(cast: Cast) -> Asked:
    return Asked(body={"id": cast.fresh("p"), "name": "New"})


def _new_unit(cast: Cast) -> Asked:
    return Asked(body={"id": cast.fresh("u"), "name": "New", "currency": "USD"})


def _new_project(cast: Cast) -> Asked:
    return Asked(body={"unit": cast.unit, "name": "New", "approvers": [cast.world.people["mia"]]})


def _new_channel(cast: Cast) -> Asked:
    return Asked(body={"id": cast.fresh("c"), "unit": cast.unit})


def _same_roles(cast: Cast) -> Asked:
    now = cast.world.get(f"/v1/units/{cast.unit}")["roles"]
    return Asked({"unit": cast.unit}, now)


def _same_approvers(cast: Cast) -> Asked:
    now = cast.world.get(f"/v1/projects/{cast.world.project}")["approvers"]
    return Asked({"project": cast.world.project}, {"approvers": now})


def _listed_projects(cast: Cast) -> Asked:
    return Asked(query=f"unit={cast.unit}&limit=200", shows=cast.world.project)


def _policy(cast: Cast) -> Asked:
    return Asked({"unit": cast.unit}, {"policy": {}, "comment": "As it was"}, headers={"if-match": "*"})


def _version(cast: Cast) -> Asked:
    return Asked({"unit": cast.unit, "version": "1"})


def _day(cast: Cast) -> str:
    return (_LONG_AGO + timedelta(days=next(cast.number))).isoformat()


def _closing(cast: Cast) -> Asked:
    return Asked({"unit": cast.unit}, {"until": _day(cast)})


def _reopening(cast: Cast) -> Asked:
    day = _day(cast)
    cast.make(f"/v1/units/{cast.unit}/periods/close", {"until": day}, by="fia")
    return Asked({"unit": cast.unit}, {"until": day})


def _new_delegation(cast: Cast) -> Asked:
    people = {"giver": cast.world.people["bob"], "taker": cast.world.people["noor"]}
    return Asked(body={**people, "since": "2015-01-01", "until": "2015-01-02", "purpose": "requests"})


def _delegated(cast: Cast) -> str:
    return str(cast.make("/v1/delegations", _new_delegation(cast).body)["id"])


def _delegation(cast: Cast) -> Asked:
    return Asked({"delegation": _delegated(cast)})


def _listed_delegations(cast: Cast) -> Asked:
    return Asked(query="limit=200", shows=_delegated(cast))


def _events(cast: Cast) -> Asked:
    """What happens to an entry of the owner, as soon as everybody who may see it can."""
    world = cast.world
    headers = {"authorization": f"Bearer {world.token('admin')}", "accept": "text/event-stream"}
    with world.http.stream("GET", f"{world.service.url}/v1/events", headers=headers) as stream:
        place = next(line for line in stream.iter_lines() if line.startswith("id: ")).removeprefix("id: ")
    entry = world.draft()
    asked = Asked(query=f"cursor={place}&limit=200", headers={"accept": "application/json"}, shows=entry)

    def is_told() -> bool:
        items = cast.call("admin", "GET", "/v1/events", asked).json()["items"]
        return any(one["subject"] == entry for one in items)

    eventually(is_told)
    return asked


def _import(cast: Cast) -> Asked:
    query = f"unit={cast.unit}&approver={cast.world.people['mia']}"
    return Asked({"source": "harvest"}, query=query, headers={"content-type": "text/csv"}, content=_SAMPLE.read_bytes())


def _webhook(cast: Cast) -> Asked:
    """Signed by nobody: who is signed in makes no difference."""
    channel, _ = cast.world.channel()
    data = {"recall_id": "x", "decision": "reject", "approver": cast.world.people["mia"]}
    body = {"type": "recall.decision", "timestamp": "2026-02-03T10:00:00Z", "data": data}
    return Asked({"channel": channel}, body)


def _milestone(cast: Cast) -> Asked:
    project = new_project(cast.world, "Fixed", approvers=("mia",), billing="fixed_price")
    return Asked({"project": project}, {"amount": "5000", "name": "Delivery", "date": "2026-02-01"})


def _exported(cast: Cast) -> Asked:
    return Asked(query=f"unit={cast.unit}")


UNIT_CALLS: Final[Mapping[str, Call]] = {
    "get_health": _nothing,
    "get_metrics": _nothing,
    "get_readiness": _nothing,
    "list_refusals": _nothing,
    "get_me": _nothing,
    "get_inbox": _nothing,
    "get_ops_links": _nothing,
    "receive_decision": _webhook,
    "create_person": _new_person,
    "create_unit": _new_unit,
    "get_unit": _unit(),
    "put_roles": _same_roles,
    "create_project": _new_project,
    "list_projects": _listed_projects,
    "get_project": _project(),
    "put_rates": _project({"cost": "100", "sales": "200"}),
    "put_exchange_rate": _project({"since": "2026-03-02", "rate": "1"}),
    "put_approvers": _same_approvers,
    "create_milestone": _milestone,
    "get_totals": _project(),
    "create_channel": _new_channel,
    "get_policy": _unit(),
    "put_policy": _policy,
    "list_policy_versions": _unit(),
    "get_policy_version": _version,
    "replay_policy": _unit({"policy": {}}),
    "get_policy_diff": _unit(),
    "create_delegation": _new_delegation,
    "list_delegations": _listed_delegations,
    "end_delegation": _delegation,
    "get_delegation_history": _delegation,
    "list_events": _events,
    "get_periods": _unit(),
    "close_period": _closing,
    "reopen_period": _reopening,
    "export_actuals": _exported,
    "get_stats": _exported,
    "export_journal": _exported,
    "import_entries": _import,
    "set_clock": _unit({"today": "2026-03-02"}),
    "advance_clock": _unit({"duration": "1m"}),
}
