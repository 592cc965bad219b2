"""Runs the checks of the code side by side, then the tests; says at the end what failed and how long each took.

Started by scripts/test. With --long the same tests run at full counts.
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

from tests.browser import chromium

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
CHECKS: dict[str, list[str]] = {
    "ruff check": ["ruff", "check", "--quiet", "."],
    "ruff format": ["ruff", "format", "--check", "--quiet", "."],
    "mypy": ["mypy", "--no-error-summary", "."],
    "import rules": ["lint-imports"],
}
MOST_PROCESSES = 8


@dataclass(frozen=True, slots=True)
class Result:
    """How one step ended."""

    name: str
    good: bool
    seconds: float
    output: str = ""


def main(arguments: Sequence[str]) -> int:
    """0 when every check and every test passed."""
    long = "--long" in arguments
    rest = [argument for argument in arguments if argument != "--long"]
    with ThreadPoolExecutor(len(CHECKS)) as pool:
        results = list(pool.map(check, CHECKS))
    for result in results:
        if not result.good:
            print(f"--- {result.name}\n{result.output}", flush=True)
    prepare_browser()
    results.append(tests(rest, long=long))
    for result in results:
        print(f"{'passed' if result.good else 'FAILED'}  {result.name:<14} {result.seconds:6.1f} s")
    return 0 if all(result.good for result in results) else 1


def check(name: str) -> Result:
    """Run one check quietly; its output is shown when it fails."""
    started = time.monotonic()
    program, *words = CHECKS[name]
    done = subprocess.run([BIN / program, *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return Result(name, done.returncode == 0, time.monotonic() - started, done.stdout + done.stderr)


def prepare_browser() -> None:
    """Get a browser where there is none and the system gives one; without it the tests that need one say what to do."""
    if chromium.find() is None:
        print("Installing a browser for tests/browser", flush=True)
        chromium.install()


def tests(arguments: Sequence[str], *, long: bool) -> Result:
    """Run pytest on all cores, with two processes more as many tests wait; it starts one Postgres and one Temporal for the run."""
    started = time.monotonic()
    processes = min(MOST_PROCESSES, (os.cpu_count() or 1) + 2)
    argv = [sys.executable, "-m", "pytest", "--quiet", "-n", str(processes), "--dist", "worksteal"]
    argv += [] if long else ["-m", "not long"]
    argv += arguments
    environment = {**os.environ, "TILBAKE_TEST_LONG": "1" if long else "0"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # loading and rewriting all tests anew would cost minutes
    code = subprocess.run(argv, cwd=ROOT, env=environment, check=False).returncode
    return Result("tests", code == 0, time.monotonic() - started)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
