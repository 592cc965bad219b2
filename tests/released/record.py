"""Writes rows.json anew: `python -m tests.released.record`.

To be run when there are rows that no recorded one is like; what older schemas had no room for is left out when it is put there.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from graphlib import TopologicalSorter
from typing import Final, cast

import asyncpg
from temporalio.client import Client

from domain.production.commands import OutputLine
from store.audit import audit
from tests.acting import ADMIN, Actors
from tests.databases import FreshDatabase, fresh_database
from tests.in_process import Stage, on_stage
from tests.plant import output, plant
from tests.production_examples import figures
from tests.released.rows import FILE, Released, Row
from tests.servers import Addresses, Servers
from workflows.contracts import ToSettle

_LEFT_OUT: Final = frozenset({"schema_migration", "event_count", "idempotency", "delivery_progress"})
_KEYS: Final = (
    "select conrelid::regclass::text as of, confrelid::regclass::text as to from pg_constraint where contype = 'f'"
)
# References that triggers see to, and what a new unit has at once.
_FURTHER: Final[Mapping[str, Sequence[str]]] = {
    "actual": ("entry", "project", "invoice"),
    "policy_version": ("unit",),
    "item_entry": ("item", "production_order", "production_line", "posting_register"),
    "capacity_entry": ("work_center", "production_order", "production_line", "posting_register", "item_entry"),
    "value_entry": ("item_entry", "capacity_entry", "posting_register"),
    "item_application": ("item_entry", "posting_register"),
    "recall_request": ("policy_version",),
}


async def on_projects(stage: Stage) -> tuple[str, str]:
    """Requests that end in every way, one that waits, an invoice: the entry that waits, and one nobody asked for."""
    people = stage.people
    taken_back, rejected, withdrawn, waiting, billed, free = await people.approved_entries(6)
    for entry, verdict in ((taken_back, "approve"), (rejected, "reject")):
        recall = await people.ask(entry)
        await stage.activities.settle_decision(ToSettle(recall["id"], await stage.decided(recall, verdict=verdict)))
    recall = await people.ask(withdrawn)
    await people.done("POST", f"/recalls/{recall['id']}/withdraw", by=people.owner, body={})
    await people.ask(waiting)
    drafted = {"project": people.project, "entries": [billed]}
    await people.done("POST", "/invoices", by=people.finance, body=drafted)
    given = {"project": people.project, "kind": "expense", "date": "2026-02-03", "quantity": "1", "owner": people.owner}
    await people.done("POST", "/entries", by=people.owner, body=given)
    await further(people)
    return waiting, free


async def further(people: Actors) -> None:
    """What stands beside requests."""
    lent = {
        "giver": people.owner,
        "taker": people.finance,
        "since": "2026-01-01",
        "until": "2026-12-31",
        "purpose": "requests",
    }
    await people.done("POST", "/delegations", by=people.owner, body=lent)
    receiver = {"unit": people.unit, "url": "https://93.184.216.34/hook", "events": ["recall.requested"]}
    await people.done("POST", "/subscriptions", by=ADMIN, body=receiver)


async def on_production(database: FreshDatabase) -> None:
    """Output taken back, output that waits, and output that stays."""
    async with plant(database) as works:
        await works.item("bike", "100")
        await works.center("assembly", "40")
        await works.order("P1", "bike", "30", routing={"10": "assembly"})
        for _ in range(3):
            await works.output(OutputLine("P1", operation="10", figures=figures(output=5, run=60)))
        first, second, _ = [row.id for row in await works.entries() if row.type == "output"]
        await works.take_back(output(first))
        await works.ask(output(second))


async def recorded(database: FreshDatabase) -> Released:
    """All rows of a database in which all of this happened."""
    async with on_stage(database, cast("Client", None), working=False) as stage:
        waiting, free = await on_projects(stage)
        await on_production(database)
        people = stage.people
        tables = await rows_of(database.owner_url)
        return Released(people.suffix, people.project, waiting, free, tables)


async def rows_of(url: str) -> dict[str, list[Row]]:
    """The rows of each table, those first that others refer to."""
    connection = await asyncpg.connect(url)
    names = [
        row["tablename"]
        for row in await connection.fetch("select tablename from pg_tables where schemaname = 'public'")
    ]
    order: TopologicalSorter[str] = TopologicalSorter({name: _FURTHER.get(name, ()) for name in sorted(names)})
    for key in await connection.fetch(_KEYS):
        if key["of"] != key["to"]:
            order.add(key["of"], key["to"])
    found = {}
    for name in order.static_order():
        rows = await connection.fetch(f"select to_jsonb(t)::text from {name} t order by t::text")
        if rows and name not in _LEFT_OUT:
            found[name] = [_scrubbed(json.loads(row[0])) for row in rows]
    await connection.close()
    return found


def _scrubbed(row: Row) -> Row:
    return row | {"secrets": ["sealed by a key that is gone"]} if "secrets" in row else row


async def record(servers: Addresses) -> None:
    """Write the file."""
    async with fresh_database(servers) as database:
        found = await recorded(database)
        assert await audit(database.owner_url) == []
    fields = {name: getattr(found, name) for name in Released.__slots__}
    tables = ",\n".join(
        f'  "{name}": [\n' + ",\n".join(f"   {json.dumps(row)}" for row in rows) + "]"
        for name, rows in found.tables.items()
    )
    head = "".join(f' "{name}": {json.dumps(value)},\n' for name, value in fields.items() if name != "tables")
    FILE.write_text(f'{{\n{head} "tables": {{\n{tables}}}\n}}\n', encoding="utf-8")


def main() -> None:
    """Start the servers, record, stop them."""
    servers = Servers()
    try:
        asyncio.run(record(servers.start()))
    finally:
        servers.stop()


if __name__ == "__main__":
    main()
