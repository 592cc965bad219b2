"""Creates the virtual environment of this checkout and installs a lock into it. Standard library only.

Started by scripts/_setup when the environment does not fit its lock. Two at once wait for each other.
"""

from __future__ import annotations

import fcntl
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from domain.language import Text  # noqa: E402 - of this checkout, which is on no path yet
from tilbake.file_faults import why  # noqa: E402 - as above
from tilbake.language import said  # noqa: E402 - as above

ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
NOT_WRITABLE = Text(
    "{root} kan ikke skrives ({why}): kjør dette først som en konto som kan.",
    "{root} cannot be written ({why}): run this first as an account that may.",
)
CREATING = Text("Lager det virtuelle miljøet .venv", "Creating the virtual environment .venv")
INSTALLING_PACKAGE = Text(
    "Python kommer uten venv her; installerer systempakken {package}",
    "Python comes without venv here; installing the system package {package}",
)
NO_PACKAGE = Text(
    "Python kommer uten venv her; installer systempakken {package}, og start igjen.",
    "Python comes without venv here; install the system package {package}, then start again.",
)
INSTALLING = Text("Installerer de låste avhengighetene", "Installing the locked dependencies")
NOT_INSTALLED = Text(
    "Avhengighetene kunne ikke installeres; linjene over sier hvorfor.",
    "The dependencies could not be installed; the lines above say why.",
)
INSTALLED = Text("Installert på {seconds} s", "Installed in {seconds} s")


def main(name: str) -> int:
    lock = ROOT / "deploy" / f"{name}.txt"
    stamp = ENVIRONMENT / f".installed-{name}"
    try:
        guard = (ROOT / ".venv.lock").open("w")
    except OSError as error:
        print(said(NOT_WRITABLE, root=ROOT, why=why(error)), file=sys.stderr)
        return 1
    with guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if stamp.exists() and PYTHON.exists() and stamp.read_text() == checksum(lock):
            return 0
        if not PYTHON.exists() and not create():
            return 1
        if not install(lock):
            return 1
        stamp.write_text(checksum(lock))
    return 0


def checksum(path: Path) -> str:
    """What cksum(1) prints for the file, so that the shell can compare it without Python."""
    done = subprocess.run(["/usr/bin/env", "cksum"], stdin=path.open("rb"), capture_output=True, text=True, check=True)
    return done.stdout.strip()


def create() -> bool:
    if importlib.util.find_spec("ensurepip") is None and not add_system_package():
        return False
    print(said(CREATING), flush=True)
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    return subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], check=False).returncode == 0


def add_system_package() -> bool:
    """Bare Debian ships Python without venv; root can mend that, others are told how."""
    packages = [f"python3.{sys.version_info.minor}-venv", "python3-venv"]
    apt = shutil.which("apt-get")
    if os.geteuid() == 0 and apt:
        print(said(INSTALLING_PACKAGE, package=packages[0]), flush=True)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run([apt, "update", "-qq"], env=quiet, check=False, stdout=subprocess.DEVNULL)
        for package in packages:
            argv = [apt, "install", "-y", "-qq", "--no-install-recommends", package]
            if subprocess.run(argv, env=quiet, check=False, stdout=subprocess.DEVNULL).returncode == 0:
                return True
    print(said(NO_PACKAGE, package=packages[0]), file=sys.stderr)
    return False


def install(lock: Path) -> bool:
    print(said(INSTALLING), flush=True)
    started = time.monotonic()
    argv: list[str | Path] = [PYTHON, "-m", "pip", "install", "--require-hashes", "--no-deps", "--requirement", lock]
    argv += [
        "--quiet",
        "--disable-pip-version-check",
        "--no-input",
        "--progress-bar",
        "off",
        "--root-user-action",
        "ignore",
    ]
    if subprocess.run(argv, check=False).returncode != 0:
        print(said(NOT_INSTALLED), file=sys.stderr)
        return False
    print(said(INSTALLED, seconds=f"{time.monotonic() - started:.0f}"), flush=True)
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
