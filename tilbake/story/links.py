"""Where to look in a browser."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from tilbake.language import said
from tilbake.settings import Settings
from tilbake.story import texts


def links(settings: Settings) -> list[str]:
    """The two places everything is found from."""
    has_ui = settings.temporal_ui_url is not None
    return [
        said(texts.API, url=f"{settings.public_url}/docs"),
        said(texts.DASHBOARD, url=settings.dashboard_url if has_ui else said(texts.NO_UI)),
    ]


def recall_links(settings: Settings, recall: Mapping[str, Any]) -> list[str]:
    """The list of the Temporal UI filtered to one request, and the request's workflow; none without a UI."""
    base, workflow = settings.workflows_url, recall["workflow_id"]
    if not base:
        return []
    query = quote(f'WorkflowId="{workflow}"', safe="")
    return [
        f"{base}/namespaces/{settings.temporal_namespace}/workflows?query={query}",
        str(recall["workflow_url"]),
    ]
