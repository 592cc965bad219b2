"""The saved views of the dashboard, the links to them, and the page that says what to do about each."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.ops.addresses import check
from api.ops.views import VIEWS, View, address, preset, view
from domain.language import Language, Text
from tilbake.commands.doctor import texts
from tilbake.settings import Settings
from tilbake.story.links import links
from tilbake.temporal.search_attributes import SEARCH_ATTRIBUTES

pytestmark = pytest.mark.unit
ROOT = Path(__file__).resolve().parents[2]
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
NOW = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
OF_TEMPORAL = {"ExecutionStatus", "CloseTime", "TemporalReportedProblems"}


def test_the_runbook_has_the_same_views_in_the_same_order_and_says_what_to_do() -> None:
    told = re.findall(r"^\| \[(.+?)\]\(/ops/views/([a-z-]+)\) \| (.+?) \| (.+?) \|$", RUNBOOK, re.MULTILINE)

    assert [(name, id) for name, id, *_ in told] == [(one.name.en, one.id) for one in VIEWS]
    assert all(shows and what_to_do for *_, shows, what_to_do in told)


def test_the_runbook_explains_every_line_of_the_doctor_by_its_name_in_both_languages() -> None:
    sources = "".join(
        path.read_text() for path in (ROOT / "tilbake" / "commands").rglob("*.py") if "doctor" in str(path)
    )
    named = r"(?:(?:Finding|_reach|_attempt)\(\s*|_worker\(client, |subject\b.* = )said\(texts\.([A-Z_]+)"
    subjects: list[Text] = [getattr(texts, name) for name in sorted(set(re.findall(named, sources)))]
    rows = [line for line in RUNBOOK.splitlines() if line.startswith("| `")]

    assert len(subjects) > 20
    assert [one for one in subjects if not any(f"`{one.en}`" in row and f"`{one.nb}`" in row for row in rows)] == []


@pytest.mark.parametrize("one", VIEWS, ids=lambda one: one.id)
def test_a_view_asks_for_nothing_but_attributes_there_are(one: View) -> None:
    assert set(re.findall(r"`(\w+)`", one.query(NOW))) <= {*SEARCH_ATTRIBUTES, *OF_TEMPORAL}


def test_overdue_and_today_go_by_the_moment() -> None:
    overdue, today = view("overdue"), view("recalled-today")

    assert overdue is not None
    assert today is not None
    assert overdue.query(NOW).endswith('`DecisionDue` < "2026-03-02T23:30:00Z"')
    assert today.query(NOW).endswith('`CloseTime` >= "2026-03-02T00:00:00Z"')


def test_a_browser_is_given_columns_and_views_in_its_language() -> None:
    told = preset(Language.NB, now=NOW)

    assert [one["label"] for one in told["columns"] if one["pinned"]] == ["Status", "Workflow ID"]
    assert {one["label"] for one in told["columns"]} & {*SEARCH_ATTRIBUTES} >= {"RecallStatus", "Approver", "BlockedBy"}
    assert [one["name"] for one in told["views"]] == [one.name.nb for one in VIEWS]
    assert all(one["type"] == "user" for one in told["views"])


def test_where_temporal_is_told_nothing_readable_there_are_no_columns_for_it() -> None:
    plain, encrypted = preset(Language.EN, now=NOW), preset(Language.EN, now=NOW, encrypted=True)

    shown = [one["label"] for one in encrypted["columns"]]
    assert shown == ["Status", "Workflow ID", "RecallStatus", "DecisionDue", "BlockedBy", "Start"]
    assert encrypted["version"] != plain["version"]
    assert encrypted["views"] == plain["views"]


def test_the_address_of_a_list_holds_the_whole_query() -> None:
    assert address("/ops/temporal", namespace="a b", query='x="1" AND y&z') == (
        "/ops/temporal/namespaces/a%20b/workflows?query=x%3D%221%22%20AND%20y%26z"
    )


@pytest.mark.parametrize("path", ["", "/", "/namespaces/default/workflows", "/_app/immutable/x.js", "/a%2540b"])
def test_what_the_ui_asks_is_let_go_on(path: str) -> None:
    check("GET", path, "", namespace="default")


def test_a_ui_below_the_path_of_the_api_is_passed_on_and_any_other_linked_to() -> None:
    public = {"TILBAKE_PUBLIC_URL": "https://tilbake.example.com/"}
    own = Settings.from_environment(public)
    given = {"TILBAKE_TEMPORAL_ADDRESS": "temporal:7233", **public}
    passed = Settings.from_environment({**given, "TILBAKE_TEMPORAL_UI_URL": "http://ui:8080/ops/temporal/"})
    linked = Settings.from_environment({**given, "TILBAKE_TEMPORAL_UI_URL": "https://cloud.example.com"})
    without = Settings.from_environment(given)

    assert own.temporal_ui_url == "http://127.0.0.1:8233/ops/temporal"
    assert own.workflows_url == passed.workflows_url == "https://tilbake.example.com/ops/temporal"
    assert (linked.passes_ui_on, linked.workflows_url) == (False, "https://cloud.example.com")
    assert (without.passes_ui_on, without.workflows_url) == (False, None)


def test_the_start_prints_where_operators_look() -> None:
    with_ui, without = links(Settings.from_environment({})), links(Settings())

    assert with_ui[1] == "Operations dashboard       http://127.0.0.1:8080/ops"
    assert without[1] == "Operations dashboard       no Temporal UI (TILBAKE_TEMPORAL_UI_URL)"
