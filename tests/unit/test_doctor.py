"""What the doctor makes of what it found: marks, exit codes, and clocks that differ."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.language import Language
from tilbake.commands.doctor import _addresses, examine, exit_code
from tilbake.commands.doctor.database import clock, people
from tilbake.commands.doctor.findings import Finding
from tilbake.language import SETTING
from tilbake.settings import Settings

pytestmark = pytest.mark.unit
FACT = re.compile(r"\d[\d.]*|/\S+|TILBAKE_\w+")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
WELL = Finding("Disk", good=True, text="")
NOT_RUNNING = Finding("Tilbake", good=None, text="")
WARNING = Finding("Certificate", good=True, warns=True, text="")
UNKNOWN = Finding("Certificate", good=None, warns=True, text="")
BAD = Finding("Port", good=False, text="")


@pytest.mark.parametrize(
    ("findings", "code"),
    [
        ([], 0),
        ([WELL, NOT_RUNNING], 0),
        ([WELL, WARNING], 3),
        ([UNKNOWN], 3),
        ([WARNING, BAD], 1),
        ([BAD], 1),
    ],
)
def test_the_exit_code_is_that_of_the_worst_line(findings: list[Finding], code: int) -> None:
    assert exit_code(findings) == code


def test_each_line_begins_with_its_mark() -> None:
    assert [one.mark for one in (WELL, NOT_RUNNING, WARNING, UNKNOWN, BAD)] == ["ok  ", "-   ", "WARN", "WARN", "BAD "]


@pytest.mark.parametrize(
    ("told", "mark", "said"),
    [
        (0.5, "ok  ", "0.0 s"),
        (6, "ok  ", "5.0 s"),
        (7, "WARN", "6.0 s"),
        (31, "WARN", "30.0 s"),
        (32, "BAD ", "31.0 s"),
        (-5, "ok  ", "5.0 s"),
        (-6, "WARN", "6.0 s"),
        (-31, "BAD ", "31.0 s"),
    ],
)
def test_clocks_differ_by_what_the_answer_itself_cannot_have_taken(told: float, mark: str, said: str) -> None:
    one = clock(
        NOON + timedelta(seconds=told),
        asked=NOON,
        answered=NOON + timedelta(seconds=1),
        leeway=timedelta(seconds=30),
    )

    assert (one.mark, one.text.partition(" from")[0]) == (mark, said)


def test_people_who_are_named_as_the_service_is_are_told() -> None:
    (told,) = people(["clock", "operator"])

    assert (told.mark, told.text.partition(";")[0]) == ("WARN", "clock, operator")
    assert people([]) == []


def test_an_address_tells_no_password_and_one_of_this_machine_is_a_warning_in_production() -> None:
    url = "postgresql://me:secret@db.example:5433/tilbake"

    quiet = _addresses(Settings(database_url=url, temporal_address="temporal:7233"))
    warned = _addresses(Settings(database_url=url, mode="production"))

    assert quiet.mark == "ok  "
    assert quiet.text == "API http://127.0.0.1:8080, Postgres db.example:5433/tilbake, Temporal temporal:7233"
    assert warned.mark == "WARN"


async def test_the_doctor_says_the_same_facts_in_both_languages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(data_dir=tmp_path / "data", cache_dir=tmp_path / "cache", mode="production", test_clock=True)

    english = await examine(settings)
    monkeypatch.setenv(SETTING, Language.NB)
    norwegian = await examine(settings)

    assert [one.mark for one in norwegian] == [one.mark for one in english]
    assert [FACT.findall(one.text) for one in norwegian] == [FACT.findall(one.text) for one in english]
    assert {one.subject for one in english} - {one.subject for one in norwegian} > {
        "Settings",
        "Addresses",
        "Encryption",
    }
