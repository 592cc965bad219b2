"""Trying a policy on past requests: over HTTP and by the command, page by page; it writes nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from tests.acting import ask_database
from tests.api.world import Json, World, code_of
from tilbake import cli

pytestmark = pytest.mark.api


@pytest.fixture
def past(world: World) -> list[Json]:
    """Under the first policy: approved by mia, by her too with a draft invoice in between, rejected, withdrawn, and open."""
    world.do("admin", f"/v1/units/{world.unit}/clock", {"today": "2026-03-02"})
    recalls = [world.requested(world.approved())]
    drafted = world.approved(date="2026-02-27")
    invoice = world.drafted_invoice(drafted)
    recalls.append(world.requested(drafted))
    world.do("fia", f"/v1/invoices/{invoice}/remove", {"entries": [drafted]})
    recalls += [world.requested(world.approved(date="2026-02-27")) for _ in range(3)]
    world.do("admin", f"/v1/units/{world.unit}/clock/advance", {"duration": "30h"})
    for recall in recalls[:2]:
        assert world.decide(recall).json()["recall"]["status"] == "recalled"
    world.decide(recalls[2], verdict="reject")
    world.do("bob", f"/v1/recalls/{recalls[3]['id']}/withdraw", {})
    return recalls


def replayed(world: World, policy: Json, *, by: str = "fia", query: str = "", **more: Any) -> httpx.Response:
    return world.call(by, "POST", f"/v1/policies/{world.unit}/replay{query}", json={"policy": policy}, **more)


def found(world: World, **policy: Any) -> dict[str, list[str]]:
    """The differences by the number of the request."""
    answer = replayed(world, policy)
    assert answer.status_code == 200, answer.text
    return {one["number"]: [change["difference"] for change in one["changes"]] for one in answer.json()["items"]}


async def rows_of(world: World) -> list[Any]:
    """The versions of everything of the unit that a replay reads, and how long its history is."""
    sql = """select (select max(version) from policy_version where unit_id = $1), sum(r.version), max(r.number),
                    (select count(*) from history h join recall_request r on h.subject_id = r.id::text where r.unit_id = $1)
               from recall_request r where r.unit_id = $1"""
    return await ask_database(world.service.settings.owner_database_url, sql, world.unit)


def test_the_policy_that_was_in_force_changes_nothing(world: World, past: list[Json]) -> None:
    answer = replayed(world, {})

    assert answer.json() == {"items": [], "next": None, "looked_at": 5}


def test_each_request_is_told_what_would_have_been_otherwise(world: World, past: list[Json]) -> None:
    numbers = [one["number"] for one in past]

    assert found(world, recall_window_days=10) == {numbers[0]: ["refused"]}
    assert found(world, block_request_on_draft_invoice=True) == {numbers[1]: ["refused"]}
    assert found(world, quorum=2) == {number: ["needs_more_approvers"] for number in numbers[:2]}
    assert found(world, withdraw_allowed=False) == {numbers[3]: ["not_withdrawn"]}
    late = found(world, expire_after="26h")
    assert late == {**{number: ["would_have_expired"] for number in numbers[:4]}, numbers[4]: ["expires_earlier"]}
    assert found(world, remind_after="26h") == {number: ["reminded_later"] for number in numbers}


def test_a_change_is_told_in_words_with_its_facts(world: World, past: list[Json]) -> None:
    policy = {"expire_after": "8wh"}

    english = replayed(world, policy).json()["items"][0]
    norwegian = replayed(world, policy, headers={"accept-language": "nb"}).json()["items"][0]

    assert (english["status"], english["title"], english["requested_at"]) == (
        "recalled",
        "Alfa",
        "2026-03-02T12:00:00.000Z",
    )
    assert english["changes"][0] == {
        "difference": "would_have_expired",
        "detail": "It would have expired on 2026-03-03 12:00 UTC; it ended on 2026-03-03 18:00 UTC.",
        "facts": {"at": "2026-03-03T12:00:00.000Z", "ended": "2026-03-03T18:00:00.000Z"},
    }
    assert (
        norwegian["changes"][0]["detail"] == "Den ville ha utløpt 2026-03-03 12:00 UTC; den endte 2026-03-03 18:00 UTC."
    )


def test_a_limit_is_tried_with_the_worth_a_request_had(world: World, past: list[Json]) -> None:
    limits = {amount: {"second_approver_above": {"amount": amount, "currency": "USD"}} for amount in ("1599", "1600")}

    assert list(found(world, **limits["1599"])) == [one["number"] for one in past[:2]]
    assert found(world, **limits["1600"]) == {}


def test_pages_go_through_all_requests_in_their_order(world: World, past: list[Json]) -> None:
    numbers, looked_at, query = [], 0, "?limit=2"
    while True:
        page = replayed(world, {"remind_after": "1h"}, query=query).json()
        numbers += [one["number"] for one in page["items"]]
        looked_at += page["looked_at"]
        if page["next"] is None:
            break
        query = f"?limit=2&cursor={page['next']}"

    assert (numbers, looked_at) == ([one["number"] for one in past], 5)


async def test_it_writes_nothing(world: World, past: list[Json]) -> None:
    before = await rows_of(world)

    assert found(world, quorum=2, recall_window_days=1) != {}

    assert await rows_of(world) == before


def test_only_finance_tries_a_policy_and_its_faults_are_named(world: World) -> None:
    assert code_of(replayed(world, {}, by="mia")) == (403, "not_finance")
    faulty = replayed(world, {"quorum": 9, "calendar": {"time_zone": "Oslo"}})
    assert [one["pointer"] for one in faulty.json()["errors"]] == ["/policy/quorum", "/policy/calendar/time_zone"]


@pytest.fixture
def command(world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs `tilbake policy ACT ...` on the service of the test: exit code, output, and what stands on standard error."""
    monkeypatch.setenv("TILBAKE_DATA_DIR", str(world.service.settings.data_dir))

    def run(act: str, *words: str, unit: str | None = None) -> tuple[int, list[str], str]:
        code = cli.main(["policy", act, *words, "--unit", unit or world.unit, "--url", world.service.url])
        printed = capsys.readouterr()
        return code, printed.out.splitlines(), printed.err

    return run


def test_the_command_prints_a_line_for_each_request_and_counts(
    world: World, past: list[Json], command: Any, tmp_path: Path
) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(
        """
        recall_window_days: 10        # E1 is older
        second_approver_above: {amount: 1500, currency: USD}
        calendar: {country: NO, until: 15:30, days_off: [2026-12-24]}
        """
    )

    code, lines, _ = command("replay", str(file))

    assert code == 0
    assert lines[0].startswith(
        f"{past[0]['number']}  recalled  Alfa: It would have been refused for 1 line: The recall window"
    )
    assert lines[1].startswith(f"{past[1]['number']}  recalled  Alfa: It would have needed more approvers: 2, not 1.")
    assert lines[2:] == [
        "5 requests looked at, 2 of them would have gone otherwise; nothing was written.",
        "      1  refused",
        "      1  needs_more_approvers",
    ]


def test_what_the_command_shows_can_be_tried_and_is_the_same(
    world: World, past: list[Json], command: Any, tmp_path: Path
) -> None:
    world.set_policy(remind_after="8wh", second_approver_above={"amount": "50000", "currency": "USD"})
    shown = tmp_path / "policy.yaml"
    answer = tmp_path / "policy.json"

    code, lines, _ = command("show")
    shown.write_text("\n".join(lines))
    answer.write_text(json.dumps(world.get(f"/v1/policies/{world.unit}/versions/1")))

    assert code == 0
    assert lines[0].startswith(f"# {world.unit}, version 2, set by {world.people['fia']}")
    assert yaml.safe_load("\n".join(lines)) == world.get(f"/v1/policies/{world.unit}")["policy"]
    assert command("replay", str(shown))[0] == 0
    assert command("replay", str(answer))[1] == [
        "5 requests looked at, 0 of them would have gone otherwise; nothing was written."
    ]


def test_the_command_compares_versions(world: World, command: Any) -> None:
    world.set_policy(remind_after="8wh")
    world.set_policy(remind_after="8wh", escalate_to=world.people["sid"])

    assert command("diff")[1] == [f"{world.unit}, from version 2 to 3:", f"  escalate_to: - -> {world.people['sid']}"]
    assert command("diff", "--from", "1", "--to", "2")[1][1:] == ["  remind_after: 24h -> 8wh"]
    assert command("diff", "--from", "2", "--to", "2")[1][1:] == ["  nothing differs"]
    assert command("show", "--version", "1")[1][0].startswith(f"# {world.unit}, version 1, set by admin")


def test_faults_strangers_and_files_that_cannot_be_read_end_with_a_sentence(
    world: World, command: Any, tmp_path: Path
) -> None:
    (tmp_path / "faulty.yaml").write_text("quorum: none")
    (tmp_path / "twice.yaml").write_text("quorum: 1\nquorum: 2")
    (tmp_path / "list.yaml").write_text("- quorum")

    faulty = command("replay", str(tmp_path / "faulty.yaml"))
    unreadable = [command("replay", str(tmp_path / name)) for name in ("gone.yaml", "twice.yaml", "list.yaml")]
    nowhere = command("show", unit="nowhere")
    away = cli.main(["policy", "show", "--url", "http://127.0.0.1:1"])

    assert (faulty[0], faulty[2].split(" - ")[0]) == (1, "invalid_value")
    assert [(code, lines, error.count("\n")) for code, lines, error in unreadable] == [(2, [], 1)] * 3
    assert (nowhere[0], nowhere[2].split(" - ")[0]) == (1, "unknown_unit")
    assert away == 3
