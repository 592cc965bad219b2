"""Runs mutmut over all of domain/ and prints the survivors by file and the score; fails below 0.85.

Started by scripts/mutate. What is run is set in pyproject.toml (tool.mutmut); nothing in domain/ is left out. A mutant that
no test reaches counts as survived, one that makes the tests run for ever as noticed.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WORK = ROOT / "mutants"
LEAST = 0.85
FAILED_TESTS = {1, 3}
OUT_OF_TIME = {24, -24, 36, 152, 255}
NOTICED = FAILED_TESTS | OUT_OF_TIME
"""How the tests of a noticed mutant end, in mutmut's numbers. All else is not noticed: passed, no test, not run, interrupted."""

Results = dict[str, int | None]


def main(arguments: Sequence[str]) -> int:
    """0 when at least 85 of 100 mutants were noticed."""
    parser = argparse.ArgumentParser(prog="scripts/mutate", description="How much the tests of domain/ notice.")
    parser.add_argument("--workers", type=int, default=2, help="how many mutants are tested at once (2)")
    options = parser.parse_args(arguments)
    shutil.rmtree(WORK, ignore_errors=True)
    code = run(options.workers)
    if code != 0:
        print(f"mutmut ended with {code}; there is no score.", file=sys.stderr)
        return 1
    return report({path.relative_to(WORK): results(path) for path in sorted(WORK.glob("domain/**/*.py.meta"))})


def run(workers: int) -> int:
    """Run mutmut; its line of progress is passed on every ten seconds, or as it is to a terminal."""
    argv = [str(Path(sys.executable).parent / "mutmut"), "run", "--max-children", str(workers)]
    environment = {**os.environ, "TILBAKE_TEST_MUTANTS": "1"}
    if sys.stdout.isatty():
        return subprocess.run(argv, cwd=ROOT, env=environment, check=False).returncode
    with subprocess.Popen(argv, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        shown = 0.0
        for line in running.stdout:
            if line.strip() and (not is_progress(line) or time.monotonic() - shown > 10):
                shown = time.monotonic()
                print(line.strip(), flush=True)
    return running.returncode


def is_progress(line: str) -> bool:
    """Whether mutmut writes this line again and again: it begins with a sign that turns."""
    return "⠀" <= line.strip()[:1] <= "⣿"


def results(path: Path) -> Results:
    """How the run of each mutant of a file ended, by its name, as mutmut notes it."""
    found: Results = json.loads(path.read_text())["exit_code_by_key"]
    return found


def report(found: dict[Path, Results]) -> int:
    """Print who survived, file by file, and the score."""
    every, noticed = 0, 0
    for path, ended in found.items():
        survivors = [name for name, code in ended.items() if code not in NOTICED]
        every += len(ended)
        noticed += len(ended) - len(survivors)
        if survivors:
            print(f"{path.with_suffix('')}: {len(survivors)} of {len(ended)} survived")
        for function, numbers in by_function(survivors).items():
            print(f"    {function}: {' '.join(numbers)}")
    score = noticed / every if every else 0.0
    print(f"score {score:.3f} ({noticed} killed of {every})")
    return 0 if score >= LEAST else 1


def by_function(names: Sequence[str]) -> dict[str, list[str]]:
    """The numbers of mutants by the function they change; mutmut calls one `module.x_function__mutmut_number`."""
    found: dict[str, list[str]] = {}
    for name in names:
        function, _, number = name.rpartition("__mutmut_")
        found.setdefault(function, []).append(number)
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
