"""The API: one application, made from settings; everything it holds is opened at the start and closed at the end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig
from fastapi_offline import FastAPIOffline

from api.delivery import Delivery
from api.event_streams import EventStreams
from api.handlers import install_handlers
from api.oidc_keys import IssuerKeys
from api.operating import Operating
from api.ops.proxy import CODEC, TemporalUi
from api.outcomes import Outcomes
from api.pacing import Pacing
from api.routes import (
    about,
    asking,
    channels,
    clock,
    decisions,
    delegations,
    deliveries,
    documentation,
    entries,
    events,
    exports,
    imports,
    invoices,
    ledger,
    metrics,
    ops,
    ops_codec,
    ops_links,
    people,
    policies,
    production_orders,
    production_posting,
    production_setup,
    recalls,
    setup,
    stats,
    subscriptions,
    webhooks,
)
from api.service import Service
from api.sign_in import TokenVerifier, local_verifier
from api.tokens import TokenRules
from store.database import Database
from store.vault import Vault
from telemetry.spans import watching
from tilbake.errors import CannotStart
from tilbake.process.garbage import collect_seldom
from tilbake.process.logs import configure_logs
from tilbake.process.named_files import require_named_files
from tilbake.process.observing import stop_observing
from tilbake.process.texts import NOT_OF_A_PROCESS
from tilbake.receivers import allowed_receivers
from tilbake.settings import Settings
from tilbake.settings.texts import LOCAL_ISSUER
from tilbake.version import VERSION

_ROOMS = (
    asking,
    webhooks,
    decisions,
    recalls,
    entries,
    about,
    setup,
    people,
    policies,
    delegations,
    events,
    invoices,
    ledger,
    exports,
    stats,
    imports,
    production_setup,
    production_orders,
    production_posting,
    channels,
    subscriptions,
    deliveries,
    ops_links,
    ops_codec,
    ops,
    metrics,
    documentation,
)
"""The first that fits answers, and looking takes time on every request: what is called most comes first."""
_FRAMEWORK_S_OWN: TelemetryConfig = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}
"""The framework's telemetry tells addresses, bodies and exceptions with their words; ours is api.observed (ADR 027)."""
_ABOUT = "Takes back what is already approved or posted: once, wholly, and with proof."


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application for these settings, by default those of the environment."""
    settings = settings or Settings.from_environment()
    configure_logs(settings.log_level)
    if settings.database_url is None:
        raise CannotStart(NOT_OF_A_PROCESS, setting="TILBAKE_DATABASE_URL")
    require_named_files(settings)
    issuer = _issuer_keys(settings)
    app: FastAPI = FastAPIOffline(
        title="Tilbake",
        version=VERSION,
        description=_ABOUT,
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry=_FRAMEWORK_S_OWN,
    )
    database = Database(settings.database_url, pool_size=16, name="tilbake-api", watch=watching())
    app.state.service = Service(
        settings=settings,
        database=database,
        verifier=local_verifier(settings.issuer_key_path) if issuer is None else _verifier(settings, issuer),
        issuer=issuer,
        delivery=Delivery(settings, database),
        outcomes=Outcomes(settings.database_url),
        events=EventStreams(database),
        operating=Operating(database),
        vault=Vault(settings.secrets_key_path),
        pacing=Pacing(settings.calls_per_second),
        allowed_receivers=allowed_receivers(settings),
        temporal_ui=TemporalUi(settings.temporal_ui_url, decoded_by=CODEC if settings.payload_keys_file else "")
        if settings.passes_ui_on and settings.temporal_ui_url
        else None,
    )
    by_tls = settings.public_url.startswith("https://")
    install_handlers(app, count=app.state.service.operating.count, by_tls=by_tls)
    for room in _ROOMS:
        app.include_router(room.router)
    if settings.test_clock:
        app.include_router(clock.router)
    app.openapi = lambda: _document_of(app)  # type: ignore[method-assign]  # FastAPI's documented way
    return app


def _issuer_keys(settings: Settings) -> IssuerKeys | None:
    """The keys of the issuer that the settings name; None for the local one, which is not for production."""
    if settings.oidc_issuer is not None:
        loopback = settings.mode != "production"
        return IssuerKeys(settings.oidc_issuer, algorithms=frozenset(settings.oidc_algorithms), loopback=loopback)
    if settings.mode == "production":
        raise CannotStart(LOCAL_ISSUER)
    return None


def _verifier(settings: Settings, issuer: IssuerKeys) -> TokenVerifier:
    rules = TokenRules(
        issuer=settings.oidc_issuer or "",
        audience=settings.oidc_audience or "",
        algorithms=frozenset(settings.oidc_algorithms),
        leeway_seconds=settings.oidc_leeway_seconds,
        person_claim=settings.oidc_person_claim,
        administrator=settings.oidc_administrator,
        clients=frozenset(settings.oidc_clients),
        acted_for_claim=settings.oidc_acted_for_claim,
    )
    return TokenVerifier(issuer, rules)


def _document_of(app: FastAPI) -> dict[str, Any]:
    """The models of all answers are loaded when somebody asks for the document: no answer needs them."""
    from api.openapi import openapi_of  # noqa: PLC0415 - some megabytes that a process which nobody asks spares

    return openapi_of(app)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    service: Service = app.state.service
    await service.delivery.start()
    await service.outcomes.start()
    if service.issuer is not None:
        service.issuer.ask_soon()
    collect_seldom()
    try:
        yield
    finally:
        service.events.stop()
        await service.outcomes.stop()
        await service.delivery.stop()
        if service.temporal_ui is not None:
            await service.temporal_ui.stop()
        if service.issuer is not None:
            await service.issuer.stop()
        await service.database.close()
        await stop_observing()
