"""Tells the stories one after the other on a service that has just started with an empty database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import httpx

from tilbake.conformance.client import Channel
from tilbake.embedded.progress import Say
from tilbake.language import said
from tilbake.settings import Settings
from tilbake.story import cast, page, scenes, texts
from tilbake.story.calls import TIMEOUT_SECONDS, Caller, NotAsTold, expect
from tilbake.story.links import links, recall_links
from tilbake.story.production import production


async def tell(settings: Settings, *, token_for: Callable[[str], str], say: Say) -> bool:
    """Import the sample and tell all four; False, after a sentence that says why, when one went otherwise."""
    async with httpx.AsyncClient(base_url=settings.api_url, timeout=TIMEOUT_SECONDS, trust_env=False) as http:
        try:
            recalls = await _tell(Caller(http, token_for=token_for), say=say)
        except (NotAsTold, httpx.HTTPError, OSError) as failed:
            for line in page.paragraph(said(texts.NOT_AS_TOLD, why=str(failed) or type(failed).__name__)):
                say(line)
            return False
    for line in _where_to_look(settings, recalls):
        say(line)
    return True


async def _tell(caller: Caller, *, say: Say) -> list[scenes.Json]:
    await _import(caller, say=say)
    stage = await _set_up(caller, say=say)
    taken_back = await scenes.reversal(stage)
    await scenes.refusal(stage)
    return [taken_back, await scenes.block(stage), await production(stage)]


async def _import(caller: Caller, *, say: Say) -> None:
    params = {"unit": cast.UNIT, "approver": cast.APPROVER}
    content = cast.SAMPLE.read_bytes()
    answer = await caller.upload("/v1/imports/harvest", by=cast.ADMIN, content=content, params=params)
    done = expect(answer, 201, what=said(texts.THE_IMPORT)).body
    for line in page.paragraph(_imported(done), indent=""):
        say(line)


def _imported(done: Any) -> str:
    sums, outcomes = done["sums"], done["sums"]["outcomes"]
    return said(
        texts.IMPORTED,
        file=f"{cast.SAMPLE.parent.name}/{cast.SAMPLE.name}",
        unit=cast.UNIT,
        created=done["created"],
        hours=sums["hours"],
        approved=outcomes.get("approved", 0),
        billed=outcomes.get("billed", 0),
        drafts=outcomes.get("unapproved", 0),
    )


async def _set_up(caller: Caller, *, say: Say) -> scenes.Stage:
    """Give finance its role, register the channel decisions come in by, and learn the names."""
    roles = {"finance": [cast.FINANCE]}
    answer = await caller.write(f"/v1/units/{cast.UNIT}/roles", by=cast.ADMIN, body=roles, method="PUT")
    expect(answer, 200, what=said(texts.THE_ROLES))
    answer = await caller.write("/v1/channels", by=cast.ADMIN, body={"id": cast.CHANNEL, "unit": cast.UNIT})
    made = expect(answer, 201, what=said(texts.THE_CHANNEL)).body
    return scenes.Stage(caller, Channel(made["id"], made["secret"]), await cast.names(caller), say)


def _where_to_look(settings: Settings, recalls: Sequence[scenes.Json]) -> list[str]:
    lines = ["", said(texts.TO_LOOK_AT), *(f"{page.INDENT}{line}" for line in links(settings))]
    for recall in recalls:
        found = recall_links(settings, recall)
        if found:
            lines.append(f"{page.INDENT}{said(texts.IN_THE_UI, number=recall['number'])}")
            lines += [f"{page.INDENT}{link}" for link in found]
    return lines
