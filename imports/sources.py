"""The reports that can be imported, by the names people use for them."""

from typing import Final

from imports.clockify import CLOCKIFY
from imports.harvest import DETAILED_EXPENSE, DETAILED_TIME
from imports.source import Source
from imports.toggl import TOGGL

SOURCES: Final[dict[str, Source]] = {
    source.slug: source for source in (DETAILED_TIME, DETAILED_EXPENSE, CLOCKIFY, TOGGL)
}
