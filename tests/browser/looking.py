"""The dashboard as somebody sees it: pages of the Temporal UI read off, and kept as pictures."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from playwright.async_api import Browser, Page, Request, expect

from api.ops.views import view
from domain.language import Language
from tests.browser.filling import Filled
from tests.waiting import until

LOCALES: Final = {"en": "en-GB", "nb": "nb-NO"}
PATIENCE: Final = 15_000
_WORKFLOW: Final = re.compile(r"recall-\d+-[0-9a-f]{8}")


_FOLLOW: Final = """(url) => {
  const link = document.createElement("a");
  link.href = url;
  document.body.append(link);
  link.click();
  link.remove();
}"""


def _name(id: str, language: Language) -> str:
    found = view(id)
    assert found is not None
    return found.name.in_language(language)


@dataclass(slots=True)
class Looking:
    """A page of a browser in one language, and all it has asked for; pictures go to `pictures`."""

    page: Page
    filled: Filled
    pictures: Path
    asked: list[Request] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The one origin of API, pages and UI."""
        return self.filled.service.url

    @property
    def language(self) -> Language:
        """What the browser speaks, and the service was told to."""
        return Language(self.filled.service.settings.language)

    async def sign_in(self) -> None:
        """Open the dashboard, be led to the sign-in, and paste a token."""
        await self.page.goto(f"{self.url}/ops")
        await self.keep("sign-in")
        await self.page.get_by_label("Token").fill(self.filled.operator)
        await self.page.get_by_role("button").click()
        await self.opened("waiting")

    async def open(self, id: str) -> None:
        """Open a saved view, as its link does."""
        await self.page.goto(f"{self.url}/ops/views/{id}")
        await self.opened(id)

    async def choose(self, id: str) -> None:
        """Choose a saved view from the menu of the UI."""
        await self.page.get_by_test_id("saved-views-button").click()
        name = re.compile(rf"^\s*{re.escape(_name(id, self.language))}\s*$")
        await self.page.locator("[data-view-item]").filter(has_text=name).click()
        await self.opened(id)

    async def opened(self, id: str) -> None:
        """The list is there, under the name of the view."""
        await self.page.wait_for_url("**/ops/temporal/namespaces/**")
        name = _name(id, self.language)
        await expect(self.page.get_by_text(name, exact=True).first).to_be_visible(timeout=PATIENCE)

    async def shows(self, *states: str) -> None:
        """The list has these requests of ours, and no other."""
        wanted = {self.filled.workflow(state) for state in states}
        for workflow in wanted:
            await expect(self.page.get_by_role("link", name=workflow).first).to_be_visible(timeout=PATIENCE)
        text = await self.page.locator("table").first.inner_text()
        assert set(_WORKFLOW.findall(text)) == wanted, text

    async def columns(self) -> list[str]:
        """The headings of the list, from left to right, behind the one of the boxes to tick."""
        return await until(self._headings, what="the list has headings")

    async def _headings(self) -> list[str]:
        """None while the page draws its list anew."""
        headings = await self.page.locator("table").first.locator("th").all_inner_texts()
        return [one.strip() for one in headings if one.strip() and not one.startswith("Select all")]

    async def details(self, state: str) -> str:
        """What the UI says of a request under User Metadata, where a link in its page leads."""
        description = await self.filled.client.get_workflow_handle(self.filled.workflow(state)).describe()
        base = f"{self.url}/ops/temporal/namespaces/{self.filled.service.settings.temporal_namespace}/workflows"
        await self.page.evaluate(_FOLLOW, f"{base}/{description.id}/{description.run_id}/user-metadata")
        await self.page.wait_for_url(f"**/{description.run_id}/user-metadata")
        number = self.filled.requests[state]["number"]
        await expect(self.page.frame_locator("iframe").first.get_by_text(number)).to_be_visible(timeout=PATIENCE)
        await expect(self.page.frame_locator("iframe").last.locator("p").first).to_be_visible(timeout=PATIENCE)
        return await self._framed()

    async def _framed(self) -> str:
        """What stands in the frames in which the UI shows texts of ours."""
        frames = [frame for frame in self.page.frames if frame != self.page.main_frame]
        return "\n".join([await frame.locator("body").inner_text() for frame in frames])

    async def timeline(self, state: str) -> str:
        """What the timeline of a request says in words: what was waited for."""
        description = await self.filled.client.get_workflow_handle(self.filled.workflow(state)).describe()
        base = f"{self.url}/ops/temporal/namespaces/{self.filled.service.settings.temporal_namespace}/workflows"
        await self.page.evaluate(_FOLLOW, f"{base}/{description.id}/{description.run_id}/timeline")
        await self.page.wait_for_url(f"**/{description.run_id}/timeline")
        await expect(self.page.get_by_role("button", name="Event ").first).to_be_visible(timeout=PATIENCE)
        await expect(self.page.frame_locator("iframe").first.locator("p").first).to_be_visible(timeout=PATIENCE)
        return await self._framed()

    async def keep(self, name: str) -> None:
        """Keep a picture of the page."""
        self.pictures.mkdir(parents=True, exist_ok=True)
        await self.page.screenshot(path=self.pictures / f"{name}.png")

    def strangers(self) -> set[str]:
        """Hosts that were asked beside the one of the service."""
        asked = {urlsplit(one.url) for one in self.asked}
        own = urlsplit(self.url).netloc
        return {one.netloc for one in asked if one.scheme in {"http", "https"}} - {own}


@asynccontextmanager
async def looking(browser: Browser, filled: Filled, pictures: Path) -> AsyncIterator[Looking]:
    """Somebody with an empty browser who speaks the language of the service."""
    language = filled.service.settings.language
    context = await browser.new_context(locale=LOCALES[language], viewport={"width": 1600, "height": 1000})
    page = await context.new_page()
    somebody = Looking(page, filled, pictures / language)

    def note(request: Request) -> None:
        somebody.asked.append(request)

    page.on("request", note)
    page.on("console", lambda message: somebody.said.append(f"{message.type}: {message.text}"))
    try:
        yield somebody
    finally:
        await context.close()
