"""Makes a release from what is committed, below build/release, and says for each step whether it is good.

Started by scripts/release. Exit code 0: all is well; any other the last line explains.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any, Final

import yaml

from scripts._audit import audited
from scripts._licences import PAGE, licence, page
from scripts._wheel import faults
from tilbake.version import VERSION

ROOT: Final = Path(__file__).resolve().parents[1]
OUT: Final = ROOT / "build" / "release"
LOCK: Final = ROOT / "deploy" / "containers" / "requirements.txt"
BIN: Final = Path(sys.executable).parent
GOOD, WRONG, NOT_ASKED = 0, 1, 3
WHY: Final = {
    WRONG: "Exit code 1: what is marked WRONG has to be mended before this is released.",
    NOT_ASKED: "Exit code 3: everything that could be looked at is good, but nobody has said whether the packages have known faults.",
}
_ENV: Final = ("/usr/bin/env",)
_BY_ITSELF: Final = """
import api.__main__, worker
from store.migrate import schema_version
from tilbake.version import VERSION
print(VERSION, schema_version())
"""


def main() -> int:
    """All steps, also where one is wrong; the worst of them is the exit code."""
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    results = [changelog(), wheel(), licences(), bill_of_materials(), audit()]
    print(f"Release {VERSION} of {git('rev-parse', '--short', 'HEAD').strip()} in {OUT.relative_to(ROOT)}")
    code = WRONG if WRONG in results else max(results)
    if code in WHY:
        print(WHY[code])
    return code


def changelog() -> int:
    """The newest section of CHANGELOG.md is that of this version."""
    newest = re.search(r"^## \[(\d[^\]]*)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    good = newest is not None and newest[1] == VERSION
    return told("changelog", [] if good else [f"The newest release in CHANGELOG.md is not {VERSION}."])


def wheel() -> int:
    """Build from the commit, not from what lies about; look what is in it; let its own code say its version."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "source"
        source.mkdir()
        archive = subprocess.run([*_ENV, "git", "archive", "HEAD"], cwd=ROOT, capture_output=True, check=True).stdout
        subprocess.run([*_ENV, "tar", "--extract", "--directory", source], input=archive, check=True)
        argv: list[str | Path] = [
            "pip",
            "wheel",
            "--quiet",
            "--no-deps",
            "--no-build-isolation",
            "--no-index",
            "--wheel-dir",
            OUT,
            source,
        ]
        subprocess.run([sys.executable, "-m", *argv], check=True)
    (built,) = OUT.glob("*.whl")
    with zipfile.ZipFile(built) as file:
        found = {name: file.read(name) for name in file.namelist()}
    wrong = faults(found, committed=git("ls-files").splitlines(), version=VERSION)
    return told(f"wheel {built.name}, {len(found)} files", [*wrong, *runs_by_itself(built)])


def runs_by_itself(built: Path) -> list[str]:
    """The code in the wheel, and no other of ours, is loaded and finds its migrations."""
    with tempfile.TemporaryDirectory() as nowhere:
        done = subprocess.run(
            [sys.executable, "-c", _BY_ITSELF],
            cwd=nowhere,
            env={"PYTHONPATH": str(built)},
            capture_output=True,
            text=True,
            check=False,
        )
    newest = max(int(path.name[:4]) for path in (ROOT / "store" / "migrations").glob("*.sql"))
    return [] if done.stdout.split() == [VERSION, str(newest)] else [f"The wheel does not run by itself: {done.stderr}"]


def licences() -> int:
    """docs/licences.md is that of the locks, and every package that is installed says under which licence it comes."""
    text = page()
    silent = [line.split("|")[1].strip() for line in text.splitlines() if line.endswith("| does not say |")]
    old = PAGE.read_text(encoding="utf-8") != text
    return told(
        "licences",
        [f"{name} does not say its licence." for name in silent]
        + (["docs/licences.md is out of date: python scripts/_licences.py"] if old else []),
    )


def bill_of_materials() -> int:
    """CycloneDX, of what is in the images, with licences."""
    target = OUT / "sbom.cdx.json"
    argv: list[str | Path] = ["requirements", "--short-PURLs", "--output-reproducible", "--output-file", target, LOCK]
    done = subprocess.run([BIN / "cyclonedx-py", *argv], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return told("bill of materials", [done.stderr.strip()])
    bill: dict[str, Any] = json.loads(target.read_text(encoding="utf-8"))
    bill.setdefault("metadata", {})["component"] = {
        "type": "application",
        "name": "tilbake",
        "version": VERSION,
        "bom-ref": "tilbake",
    }
    for one in bill["components"]:
        one["licenses"] = [{"license": {"name": licence(one["name"])}}]
        one.pop("externalReferences", None)  # addresses of an index: the lock has none either
    target.write_text(json.dumps(bill, indent=2) + "\n", encoding="utf-8")
    return told(f"bill of materials, {len(bill['components'])} packages", [])


def audit() -> int:
    """Known faults of what is in the images; where the service that knows them is not reached, that is said and is no success."""
    report = OUT / "audit.json"
    argv: list[str | Path] = [
        "--requirement",
        LOCK,
        "--require-hashes",
        "--disable-pip",
        "--format",
        "json",
        "--output",
        report,
    ]
    done = subprocess.run(
        [BIN / "pip-audit", *argv, "--progress-spinner", "off", "--timeout", "15"],
        capture_output=True,
        text=True,
        check=False,
    )
    if not report.exists():
        print(f"NOT AUDITED  the service that knows faults was not reached: {last_line(done.stderr)}")
        return NOT_ASKED
    explanations = yaml.safe_load((ROOT / "deploy" / "audit.yaml").read_text(encoding="utf-8"))
    found = audited(json.loads(report.read_text(encoding="utf-8")), explanations)
    for line in found.explained:
        print(f"explained    {line}")
    wrong = [*found.unexplained, *(found.outdated if found.asked else [])]
    result = told(f"audit of {found.asked} packages", wrong) if found.asked else GOOD
    if found.not_asked:
        print(
            f"NOT AUDITED  the service that knows faults had no answer for {len(found.not_asked)} packages, "
            f"{', '.join(found.not_asked[:3])} among them. Run this where it is reached before you release."
        )
        return WRONG if result == WRONG else NOT_ASKED
    return result


def told(step: str, wrong: list[str]) -> int:
    """Print how a step ended."""
    for line in wrong:
        print(f"WRONG        {line}")
    print(f"{'WRONG' if wrong else 'good':<12} {step}")
    return WRONG if wrong else GOOD


def last_line(text: str) -> str:
    """What a program said at last."""
    return (text.strip().splitlines() or ["nothing was said"])[-1]


def git(*words: str) -> str:
    """What git answers about this checkout."""
    return subprocess.run([*_ENV, "git", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    sys.exit(main())
