"""Where a browser for the tests is: set, on the PATH, or Playwright's own. `scripts/test` installs one where it may.

Standard library only, so that the set-up can ask before anything is loaded.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

SETTING: Final = "TILBAKE_TEST_CHROMIUM"
NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING: Final = (
    f"There is no browser for tests/browser: install one (Debian: apt-get install chromium; elsewhere: "
    f".venv/bin/playwright install chromium), or set {SETTING} to the program of a Chromium or Chrome."
)
_INSTALL_SECONDS: Final = 300


def find() -> Path | None:
    """The program to drive; None where there is none, or what is set is no program."""
    if wanted := os.environ.get(SETTING):
        found = shutil.which(wanted)
        return None if found is None else Path(found)
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    return Path(found) if found else next(iter(sorted(_of_playwright())), None)


def _of_playwright() -> list[Path]:
    place = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", "") or Path.home() / ".cache" / "ms-playwright")
    return [
        *place.glob("chromium-*/chrome-linux*/chrome"),
        *place.glob("chromium-*/chrome-mac*/*.app/Contents/MacOS/*"),
    ]


def install() -> None:
    """Let the system install one, where we are root on a Debian; asks nobody, and gives up in time."""
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium"]):
        try:
            subprocess.run(
                [apt, *words], env=environment, stdout=subprocess.DEVNULL, check=False, timeout=_INSTALL_SECONDS
            )
        except subprocess.TimeoutExpired:
            return
