"""What `tilbake start` shows after the start: on an empty database four stories, else what waits and the links.

The story speaks to the service as its users do: HTTP calls with tokens, decisions by signed webhook. Whether it is told
at all is asked of the database, because nothing may ever be imported next to somebody's own data.
"""

from __future__ import annotations

from tilbake.embedded.progress import Say
from tilbake.stack import Stack
from tilbake.story.links import links
from tilbake.story.opening import is_empty, waiting_line

__all__ = ["describe", "links", "should_tell", "tell"]


async def should_tell(stack: Stack) -> bool:
    """Whether there is a story to tell: only on an empty database, and never in production.

    The import is the first thing a story writes, so one that was interrupted is not begun again either.
    """
    return stack.settings.mode != "production" and await is_empty(stack.settings)


async def tell(stack: Stack, *, say: Say) -> bool:
    """Tell the four stories; True when everything went as told."""
    from tilbake.story import telling  # noqa: PLC0415 - HTTP and tokens only when there is something to tell
    from tilbake.tokens import local_token  # noqa: PLC0415 - as telling

    settings = stack.settings
    return await telling.tell(settings, token_for=lambda person: local_token(person, settings.issuer_key_path), say=say)


async def describe(stack: Stack, *, say: Say) -> None:
    """Say what waits in a database that has data of its own, and where to look."""
    say(await waiting_line(stack.settings))
    for line in links(stack.settings):
        say(line)
