"""The clients that scripts/clients writes: whole, in order by their own compilers, and good enough to take an entry back."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.api.openapi import operations
from tests.api.world import World

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples" / "clients"
pytestmark = [pytest.mark.clients, pytest.mark.timeout(600)]
WRONG_IN_TYPESCRIPT = {
    "an address": ("/v1/inbox", "/v1/in-box"),
    "a word of a filter": ('waiting_for: "me"', 'waiting_for: "you"'),
    "a decision": ('decision: "approve"', 'decision: "agree"'),
    "a member that is read": (".plan_hash", ".plan_hsh"),
    "a parameter that is left out": ("path: { recall: seen.id }, ", ""),
}
WRONG_IN_PYTHON = {
    "a member that is read": ("preview.summary", "preview.sumary"),
    "a word of a decision": (".APPROVE", ".AGREE"),
    "a member of a wish": ('reason="Wrong', 'cause="Wrong'),
    "the type of an answer": ("wanted(Recall, seen.parsed)", "recall = wanted(Recall, seen.parsed) + 1"),
}


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("clients_script", ROOT / "scripts" / "_clients.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def clients(script: ModuleType) -> Path:
    """The clients of this release, written where scripts/clients writes them: what is there and fits is not written again."""
    script.write(script.TARGET)
    return Path(script.TARGET)


@pytest.fixture
def front_end(clients: Path, tmp_path: Path) -> Path:
    """A folder for TypeScript beside the written types."""
    for name in ("schema.d.ts", "tsconfig.json"):
        shutil.copy(clients / "typescript" / name, tmp_path / name)
    (tmp_path / "node_modules").symlink_to(clients / "typescript" / "node_modules")
    return tmp_path


def mistaken(sample: Path, mistakes: dict[str, tuple[str, str]], folder: Path) -> None:
    """The sample once for each mistake."""
    text = sample.read_text()
    for number, (name, (right, wrong)) in enumerate(mistakes.items()):
        assert right in text, name
        (folder / f"wrong_{number}{sample.suffix}").write_text(text.replace(right, wrong, 1))


def names(text: str, pattern: str) -> set[str]:
    return set(re.findall(pattern, text, re.MULTILINE))


def test_both_clients_have_every_operation(clients: Path) -> None:
    document = json.loads((clients / "openapi.json").read_text())
    wanted = {one.id for one in operations(document)}
    webhooks = {one["post"]["operationId"] for one in document["webhooks"].values()}

    schema = (clients / "typescript" / "schema.d.ts").read_text()
    modules = {path.stem for path in (clients / "python" / "tilbake_client" / "api").glob("*/*.py")} - {"__init__"}

    assert names(schema[schema.index("export interface operations") :], r"^    (\w+): \{$") == wanted | webhooks
    assert modules == wanted


def test_the_front_end_of_the_samples_fits_the_types_and_every_mistake_is_found(
    script: ModuleType, clients: Path, front_end: Path
) -> None:
    shutil.copy(SAMPLES / "front_end.ts", front_end)
    mistaken(SAMPLES / "front_end.ts", WRONG_IN_TYPESCRIPT, front_end)

    said = script.check_typescript(clients, front_end)

    wrong = {f"wrong_{number}.ts" for number in range(len(WRONG_IN_TYPESCRIPT))}
    assert names(said, r"(\w+\.ts)\(\d+,\d+\): error") == wrong, said


def mypy(clients: Path, *files: Path) -> subprocess.CompletedProcess[str]:
    """Check files beside the client; what its writer lets pass within it is not ours (ADR 024)."""
    program = Path(sys.executable).with_name("mypy")
    options = ["--strict", "--config-file=", "--follow-imports=silent", "--cache-dir", str(clients / ".mypy_cache")]
    environment = {**os.environ, "MYPYPATH": str(clients / "python")}
    return subprocess.run(
        [program, *options, *files], capture_output=True, text=True, check=False, env=environment, cwd=clients
    )


def test_the_script_of_the_samples_fits_the_client_and_every_mistake_is_found(clients: Path, tmp_path: Path) -> None:
    shutil.copy(SAMPLES / "take_back.py", tmp_path)
    mistaken(SAMPLES / "take_back.py", WRONG_IN_PYTHON, tmp_path)

    done = mypy(clients, *sorted(tmp_path.glob("*.py")))

    wrong = {f"wrong_{number}.py" for number in range(len(WRONG_IN_PYTHON))}
    assert names(done.stdout, r"(\w+\.py):\d+: error") == wrong, done.stdout


def take_back(world: World, clients: Path, entry: str) -> subprocess.CompletedProcess[str]:
    """Run the sample as its reader does."""
    people = {"TILBAKE_TOKEN": world.token("bob"), "TILBAKE_APPROVER_TOKEN": world.token("mia")}
    return subprocess.run(
        [sys.executable, SAMPLES / "take_back.py", world.service.url, entry],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **people, "PYTHONPATH": str(clients / "python")},
    )


def test_the_python_client_takes_an_entry_back(world: World, clients: Path) -> None:
    entry = world.approved()

    done = take_back(world, clients, entry)

    summary, result = done.stdout.splitlines()
    (recall,) = world.get(f"/v1/entries/{entry}/recalls")["items"]
    assert summary == "Approving takes back 1 line with 2 rows, 1600.00 USD."
    assert result == f"{recall['number']} is recalled; rows that take back others: 2"
    assert world.get(f"/v1/entries/{entry}")["status"] == "returned"


def test_the_python_client_reads_a_refusal(world: World, clients: Path) -> None:
    entry = world.approved()
    world.invoiced(entry)

    done = take_back(world, clients, entry)

    assert done.returncode == 1
    assert done.stderr.startswith("already_invoiced: ")


@pytest.mark.parametrize(
    ("text", "is_new_enough"),
    [("v20.0.0\n", True), ("v24.19.0", True), ("v18.20.4", False), ("", False), ("v20.20.2-nightly", False)],
)
def test_a_node_is_used_that_is_new_enough(*, script: ModuleType, text: str, is_new_enough: bool) -> None:
    assert (script.node_version(text) >= script.OLDEST_NODE) is is_new_enough


@pytest.fixture
def without_node(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine that has the shell's programs and no Node."""
    for name in ("env", "sh"):
        found = shutil.which(name)
        assert found is not None
        (tmp_path / name).symlink_to(found)
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.mark.long
@pytest.mark.usefixtures("without_node")
def test_without_any_node_the_same_types_are_written_by_one_that_is_fetched(
    script: ModuleType, clients: Path, tmp_path: Path
) -> None:
    assert script.node_of_path() is None

    script.write(tmp_path / "clients")

    written = tmp_path / "clients" / "typescript" / "schema.d.ts"
    assert written.read_bytes() == (clients / "typescript" / "schema.d.ts").read_bytes()
