"""A recall in JSON as the person signed in sees it: its reader's language, and where its workflow is looked at."""

from __future__ import annotations

from fastapi import Request

from api.problem import reader_of
from api.render import recalls as show
from api.render.values import Json
from api.service import service_of
from application.messages import workflow_id
from application.viewing import View
from application.work import Work


def shown_recall(request: Request, work: Work, view: View) -> Json:
    """A recall with what its reader may do about it."""
    url = service_of(request).workflow_url(workflow_id(view.stored.number, view.stored.request.id))
    return show.recall(show.Seen(view, work.person, url), language=reader_of(request).language)
