"""The files that come with the project are for trying out: production takes none of them for real."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tilbake.commands.texts.importing import IS_SAMPLE
from tilbake.errors import CannotStart
from tilbake.settings import Settings

SAMPLES: Final = Path(__file__).resolve().parents[2] / "samples"


def refuse_samples(source: Path) -> None:
    """Raises CannotStart for a sample where TILBAKE_MODE is production; it may still be checked."""
    if source.resolve().is_relative_to(SAMPLES) and Settings.from_environment().mode == "production":
        raise CannotStart(IS_SAMPLE, name=source.name)
