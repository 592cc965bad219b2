"""What `tilbake start` tells after the start: at present the links to open."""

from __future__ import annotations

from tilbake.embedded.progress import Say
from tilbake.stack import Stack


async def should_tell(stack: Stack) -> bool:
    """Whether there is a story to tell: a database with data of its own gets the links only."""
    return True


async def tell(stack: Stack, *, say: Say) -> bool:
    """Show the running service; True when everything went as told."""
    for line in links(stack):
        say(line)
    return True


def links(stack: Stack) -> list[str]:
    """Where to look in a browser."""
    settings = stack.settings
    return [
        f"API and its documentation  {settings.public_url}/docs",
        f"Temporal UI                {settings.temporal_ui_url or 'not set (TILBAKE_TEMPORAL_UI_URL)'}",
    ]
