"""The version of this release, written down here alone: pyproject.toml, API and command line take it from here."""

from typing import Final

VERSION: Final = "0.8.0"
