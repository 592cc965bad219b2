"""Where operators look, as it is answered."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.answers.base import Shown, Text

_URL = "null where no Temporal UI is set up"


class OpsView(Shown):
    """A saved view of the dashboard."""

    id: Annotated[str, Field(description="Stable", pattern="^[a-z]+(-[a-z]+)*$")]
    name: Text
    query: Annotated[str, Field(description="What the view looks for as of now, in the language of Temporal's lists")]
    url: Annotated[str | None, Field(description=f"Opens the view as of whenever it is opened; {_URL}")]


class OpsLinks(Shown):
    """The operations dashboard and its saved views."""

    dashboard: Annotated[str | None, Field(description=f"Where operators begin; {_URL}")]
    views: list[OpsView]


OPS_LINKS = {
    "dashboard": "https://tilbake.example.com/ops",
    "views": [
        {
            "id": "expired",
            "name": "Expired",
            "query": '`RecallStatus`="expired"',
            "url": "https://tilbake.example.com/ops/views/expired",
        }
    ],
}
