"""What every route works with, made once for each process: database, sign-in, delivery, waiting."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, cast

from fastapi import Request

from api.delivery import Delivery
from api.event_streams import EventStreams
from api.oidc_keys import IssuerKeys
from api.operating import Operating
from api.ops.proxy import TemporalUi
from api.outcomes import Outcomes
from api.pacing import Pacing
from api.sign_in import TokenVerifier
from domain.outgoing.receivers import Allowed
from store.channels import Channel
from store.database import Database
from store.vault import Vault
from tilbake.settings import Settings

DATABASE_PATIENCE_SECONDS: Final = 5.0
"""As long as a new connection may take: for who looks, a database that says nothing on an old one is away as well."""


@dataclass(slots=True)
class Service:
    """The parts of a running API."""

    settings: Settings
    database: Database
    verifier: TokenVerifier
    issuer: IssuerKeys | None
    delivery: Delivery
    outcomes: Outcomes
    events: EventStreams
    operating: Operating
    vault: Vault
    pacing: Pacing
    allowed_receivers: Allowed
    temporal_ui: TemporalUi | None
    known_people: set[str] = field(default_factory=set)
    known_channels: dict[str, Channel] = field(default_factory=dict)
    """As they were when a message of theirs came in last."""
    leaving: bool = False
    """It serves on for a moment, but nobody new should come."""

    def workflow_url(self, workflow: str) -> str | None:
        """Where the Temporal UI shows a workflow."""
        base = self.settings.workflows_url
        return f"{base}/namespaces/{self.settings.temporal_namespace}/workflows/{workflow}" if base else None


def service_of(request: Request) -> Service:
    """The service a request came to."""
    return cast("Service", request.app.state.service)
