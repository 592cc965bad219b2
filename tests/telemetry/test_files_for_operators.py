"""The dashboard and the alert rules: read as Grafana and Prometheus do, and about figures that a running service tells."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import promql_parser
import pytest
import yaml

from tests.acting import ADMIN
from tests.telemetry.conftest import Measured
from tests.waiting import until

ROOT: Final = Path(__file__).resolve().parents[2]
FOLDER: Final = ROOT / "deploy" / "observability"
BOARD: Final = json.loads((FOLDER / "grafana-dashboard.json").read_text())
RULES: Final = [
    rule for group in yaml.safe_load((FOLDER / "alerts.yaml").read_text())["groups"] for rule in group["rules"]
]
PANELS: Final = [panel for panel in BOARD["panels"] if panel["type"] != "row"]
EXPRESSIONS: Final = [
    *((f"alert {rule['alert']}", rule["expr"]) for rule in RULES),
    *((f"panel {panel['title']}", target["expr"]) for panel in PANELS for target in panel["targets"]),
]
OF_PROMETHEUS: Final = {"up"}
"""Figures that Prometheus makes itself of every target."""


def names_in(expression: Any) -> Iterator[str]:
    """The names of the figures in an expression; raises ValueError where it is none."""
    if isinstance(expression, str):
        expression = promql_parser.parse(expression)
    if isinstance(expression, promql_parser.VectorSelector):
        assert expression.name, "a selector without a name"
        yield expression.name
    for part in ("lhs", "rhs", "expr", "vector_selector"):
        inner = getattr(expression, part, None)
        if inner is not None:
            yield from names_in(inner)
    for inner in getattr(expression, "args", ()):
        yield from names_in(inner)


@pytest.mark.unit
@pytest.mark.parametrize(("where", "expression"), EXPRESSIONS, ids=lambda given: given if "{" not in given else "")
def test_an_expression_is_one(where: str, expression: str) -> None:
    assert list(names_in(expression)), where


@pytest.mark.unit
def test_what_is_no_expression_is_noticed() -> None:
    with pytest.raises(ValueError, match="unclosed left parenthesis"):
        list(names_in("sum by (le (tilbake_requests)"))

    assert list(names_in("max(rate(a_total[5m])) / -b > on (c) group_left () min_over_time(d[1h:5m])")) == [
        "a_total",
        "b",
        "d",
    ]


@pytest.mark.unit
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule["alert"]))
def test_an_alert_says_how_bad_it_is_and_what_to_do(rule: dict[str, Any]) -> None:
    page, _, section = rule["annotations"]["runbook"].partition("#")
    headings = re.findall(r"^#+ (.+)$", (ROOT / page).read_text(), re.MULTILINE)

    assert re.fullmatch(r"Tilbake[A-Z][A-Za-z]+", rule["alert"])
    assert rule["labels"]["severity"] in {"warning", "critical"}
    assert re.fullmatch(r"[0-9]+[mh]", rule.get("for", "1m"))
    assert len(rule["annotations"]["summary"]) > 40
    assert section == rule["alert"].lower()
    assert rule["alert"] in headings


@pytest.mark.unit
def test_the_dashboard_has_what_grafana_asks_of_one() -> None:
    ids = [panel["id"] for panel in BOARD["panels"]]
    taken = [
        (x, y)
        for panel in BOARD["panels"]
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]

    assert (BOARD["title"], BOARD["uid"]) == ("Tilbake", "tilbake")
    assert BOARD["schemaVersion"] >= 36
    assert [one["type"] for one in BOARD["templating"]["list"]] == ["datasource"]
    assert len(ids) == len(set(ids))
    assert len(taken) == len(set(taken)), "panels lie over each other"
    assert max(x for x, _ in taken) == 23
    for panel in PANELS:
        assert panel["type"] in {"timeseries", "stat"}
        assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
        assert panel["description"]
        assert [target["refId"] for target in panel["targets"]] == [*"AB"][: len(panel["targets"])]


@pytest.mark.api
async def test_every_figure_in_an_expression_is_told_by_a_running_service(measured: Measured) -> None:
    people = measured.people
    taken, blocked = await people.asked(2)
    url = {"url": "https://127.9.9.1/nobody", "unit": people.unit, "events": ["recall.recalled"]}
    await people.done("POST", "/subscriptions", by=ADMIN, body=url)
    invoice = {"project": people.project, "entries": [blocked["lines"][0]["subject"]]}
    await people.done("POST", "/invoices", by=people.finance, body=invoice)
    for recall in (taken, blocked):
        await people.decide(recall, by=people.approvers[0])
    await people.ended(taken)
    wanted = {name for _, expression in EXPRESSIONS for name in names_in(expression)} - OF_PROMETHEUS

    async def missing() -> set[str]:
        told = [*(await measured.api()).values(), *(await measured.worker()).values()]
        return wanted - {sample.name for family in told for sample in family.samples}

    async def none_is_missing() -> bool:
        return not await missing()

    try:
        await until(none_is_missing, what="all are told")
    except AssertionError:
        assert await missing() == set()
        raise
