"""Search attributes are registered once, compared always, and usable when the call returns."""

from __future__ import annotations

import pytest
from temporalio.client import Client

from tilbake.errors import CannotStart
from tilbake.temporal import search_attributes
from tilbake.temporal.search_attributes import KEYWORD, ensure_search_attributes, missing_search_attributes

pytestmark = pytest.mark.workflow


async def test_registering_again_changes_nothing(temporal_client: Client) -> None:
    await ensure_search_attributes(temporal_client)

    assert await missing_search_attributes(temporal_client) == []
    assert (await temporal_client.count_workflows("RecallStatus = 'nothing has this status'")).count == 0


async def test_an_attribute_of_another_type_stops_the_start(
    temporal_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(search_attributes.SEARCH_ATTRIBUTES, "RecallAmount", KEYWORD)

    with pytest.raises(CannotStart, match=r"RecallAmount .* has the type Double and must have Keyword"):
        await ensure_search_attributes(temporal_client)
