"""Runs the checks of the code and the tests side by side; says at the end what failed and how long each took.

Started by scripts/test. With --long the same tests run at full counts. With --production-like those that use servers run
on a Temporal that keeps its rows in Postgres and asks for certificates, and all conformance cases run against two APIs and
two workers on it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from scripts._linting import checks
from tests.browser import chromium

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
CHECKS: dict[str, list[str]] = {
    "ruff check": ["ruff", "check", "--quiet", "."],
    "ruff format": ["ruff", "format", "--check", "--quiet", "."],
    "mypy": ["mypy", "--no-error-summary", "."],
    "import rules": ["lint-imports"],
    **checks(),
}
MOST_PROCESSES = 8
WITH_SERVERS = [
    "tests/store",
    "tests/workflow",
    "tests/api",
    "tests/conformance",
    "tests/faults",
    "tests/dashboard",
    "tests/telemetry",
]
ON_POSTGRES = ["tests/production_like"]


@dataclass(frozen=True, slots=True)
class Result:
    """How one step ended."""

    name: str
    good: bool
    seconds: float


def main(arguments: Sequence[str]) -> int:
    """0 when every check and every test passed."""
    long, production_like = "--long" in arguments, "--production-like" in arguments
    rest = [argument for argument in arguments if argument not in {"--long", "--production-like"}]
    if production_like:
        results = [tests([*(rest or WITH_SERVERS + ON_POSTGRES)], long=long, production_like=True)]
        return conclusion(results)
    with ThreadPoolExecutor(len(CHECKS)) as pool:
        checks_of_the_code = pool.map(check, CHECKS)
        prepare_browser()
        last = tests(rest, long=long, production_like=False)
        return conclusion([*checks_of_the_code, last])


def conclusion(results: Sequence[Result]) -> int:
    """Say how each step ended; 0 when all did well."""
    for result in results:
        print(f"{'passed' if result.good else 'FAILED'}  {result.name:<14} {result.seconds:6.1f} s")
    return 0 if all(result.good for result in results) else 1


def check(name: str) -> Result:
    """Run one check quietly; its output is shown as soon as it fails."""
    started = time.monotonic()
    program, *words = CHECKS[name]
    done = subprocess.run([BIN / program, *words], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print(f"--- {name}\n{done.stdout}{done.stderr}", flush=True)
    return Result(name, done.returncode == 0, time.monotonic() - started)


def prepare_browser() -> None:
    """Get a browser where there is none and the system gives one; without it the tests that need one say what to do."""
    if chromium.find() is None:
        print("Installing a browser for tests/browser", flush=True)
        chromium.install()


def tests(arguments: Sequence[str], *, long: bool, production_like: bool) -> Result:
    """Run pytest on all cores, with two processes more as many tests wait; it starts one Postgres and one Temporal for the run."""
    started = time.monotonic()
    processes = min(MOST_PROCESSES, (os.cpu_count() or 1) + 2)
    argv = [sys.executable, "-m", "pytest", "--quiet", "-n", str(processes), "--dist", "worksteal"]
    left_out = [*([] if long else ["long"]), *([] if production_like else ["production_like"])]
    argv += ["-m", " and ".join(f"not {marker}" for marker in left_out)] if left_out else []
    argv += arguments
    environment = {
        **os.environ,
        "TILBAKE_TEST_LONG": "1" if long else "0",
        "TILBAKE_TEST_PRODUCTION_LIKE": "1" if production_like else "0",
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # loading and rewriting all tests anew would cost minutes
    code = subprocess.run(argv, cwd=ROOT, env=environment, check=False).returncode
    return Result("tests", code == 0, time.monotonic() - started)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
