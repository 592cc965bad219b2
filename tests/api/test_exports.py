"""Exports over HTTP and by command: the ledger as it is, for those whose business it is."""

from __future__ import annotations

import csv
import io
import secrets
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest
from beancount import loader
from beancount.core import data

from tests.api.world import World, code_of
from tilbake import cli

pytestmark = pytest.mark.api


def rows_of(world: World, query: str) -> list[dict[str, str]]:
    answer = world.call("fia", "GET", f"/v1/actuals.csv?{query}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.text, newline=""), strict=True))


def recalled_and_invoiced(world: World) -> None:
    """One entry recalled, one invoiced, one left alone, and a milestone."""
    recalled, invoiced, _ = (world.approved(description=mark) for mark in ("a", "b", "c"))
    assert world.decide(world.requested(recalled)).status_code == 200
    world.invoiced(invoiced)
    milestone = {"amount": "5000", "name": "Delivery", "date": "2026-02-01"}
    world.do("fia", f"/v1/projects/{world.project}/milestones", milestone)


def test_live_rows_of_the_file_add_up_to_the_totals_of_the_project(world: World) -> None:
    recalled_and_invoiced(world)

    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows_of(world, f"project={world.project}"):
        sums[row["type"]] += Decimal(row["amount"])

    totals = world.get(f"/v1/projects/{world.project}/totals")
    assert sums["cost"] == Decimal(totals["cost"]["amount"])
    assert sums["unbilled_sales"] == Decimal(totals["backlog"]["amount"])
    assert sums["billed_sales"] + sums["milestone"] == Decimal(totals["billed"]["amount"])


def test_reversals_alone_net_with_their_originals(world: World) -> None:
    recalled_and_invoiced(world)

    everything = {row["id"]: row for row in rows_of(world, f"unit={world.unit}")}
    reversals = rows_of(world, f"unit={world.unit}&only=reversals")

    assert len(reversals) == 3
    for row in reversals:
        original = everything[row["reverses"]]
        assert Decimal(row["amount"]) == -Decimal(original["amount"])
        assert original["reversed_by"] == row["id"]
    assert {row["act"].partition("-")[0] for row in reversals} == {"recall", "invoice"}


def test_the_journal_balances_and_agrees_with_the_totals(world: World) -> None:
    recalled_and_invoiced(world)

    answer = world.call("fia", "GET", f"/v1/actuals.beancount?unit={world.unit}")

    entries, errors, _ = loader.load_string(answer.text)
    assert errors == []
    transactions = [entry for entry in entries if isinstance(entry, data.Transaction)]
    balances: dict[str, Decimal] = defaultdict(Decimal)
    for entry in transactions:
        for posting in entry.postings:
            assert posting.units is not None
            balances[posting.account] += posting.units.number or Decimal(0)
    totals = world.get(f"/v1/projects/{world.project}/totals")
    assert balances["Expenses:Projects:Cost"] == Decimal(totals["cost"]["amount"])
    assert balances["Assets:Projects:Accrued"] == Decimal(totals["backlog"]["amount"])
    assert balances["Assets:Projects:Receivable"] == Decimal(totals["billed"]["amount"])
    links = [link for entry in transactions for link in entry.links if link.startswith("recall-R-")]
    assert len(links) == 4
    assert len(set(links)) == 1


@pytest.mark.parametrize("path", ["actuals.csv", "actuals.beancount"])
def test_only_finance_of_the_unit_reads_it(world: World, path: str) -> None:
    assert code_of(world.call("mia", "GET", f"/v1/{path}?unit={world.unit}")) == (403, "not_finance")
    assert code_of(world.call("mia", "GET", f"/v1/{path}?project={world.project}")) == (403, "not_finance")
    assert code_of(world.call("admin", "GET", f"/v1/{path}?unit=nowhere-{secrets.token_hex(4)}"))[0] == 404
    assert code_of(world.call("admin", "GET", f"/v1/{path}")) == (400, "invalid_value")
    assert world.call("admin", "GET", f"/v1/{path}?unit={world.unit}").status_code == 200


def test_the_command_writes_the_file_whole_or_not_at_all(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TILBAKE_DATA_DIR", str(world.service.settings.data_dir))
    world.approved()
    path = tmp_path / "actuals.csv"

    done = cli.main(["export", "actuals", "--unit", world.unit, "--url", world.service.url, "-o", str(path)])
    refused = cli.main(["export", "beancount", "--unit", "nowhere", "--url", world.service.url, "-o", str(path) + "2"])

    assert (done, refused) == (0, 1)
    assert path.read_bytes().count(b"\r\n") == 3
    assert "unknown_unit" in capsys.readouterr().err
    assert [one.name for one in tmp_path.iterdir()] == ["actuals.csv"]


@pytest.mark.parametrize("form", ["csv", "beancount"])
def test_days_from_the_last_to_the_first_are_refused(form: str, world: World) -> None:
    path = f"/v1/actuals.{form}?unit={world.unit}&from=2026-02-02"

    refused = world.call("fia", "GET", f"{path}&until=2026-02-01")

    assert code_of(refused) == (400, "invalid_value")
    assert refused.json()["detail"] == "The value of until is not accepted: the day lies before from."
    assert world.call("fia", "GET", f"{path}&until=2026-02-02").status_code == 200
