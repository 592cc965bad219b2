"""The API: one application, made from settings; everything it holds is opened at the start and closed at the end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline

from api.delivery import Delivery
from api.event_streams import EventStreams
from api.handlers import install_handlers
from api.openapi import openapi_of
from api.outcomes import Outcomes
from api.routes import (
    about,
    asking,
    channels,
    clock,
    decisions,
    delegations,
    deliveries,
    entries,
    events,
    exports,
    imports,
    invoices,
    ledger,
    people,
    production_orders,
    production_posting,
    production_setup,
    recalls,
    setup,
    subscriptions,
    webhooks,
)
from api.service import Service
from api.sign_in import TokenVerifier
from store.database import Database
from store.vault import Vault
from tilbake.errors import CannotStart
from tilbake.garbage import collect_seldom
from tilbake.logs import configure_logs
from tilbake.receivers import allowed_receivers
from tilbake.settings import Settings

_ABOUT = "Takes back what is already approved or posted: once, wholly, and with proof."


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application for these settings, by default those of the environment."""
    settings = settings or Settings.from_environment()
    configure_logs(settings.log_level)
    if settings.database_url is None:
        raise CannotStart("TILBAKE_DATABASE_URL is missing; scripts/tilbake start sets it.")
    if settings.mode == "production":
        raise CannotStart(
            "The local token issuer is not for production, and no other is built yet. Unset TILBAKE_MODE."
        )
    app: FastAPI = FastAPIOffline(
        title="Tilbake",
        version="0.1.0",
        description=_ABOUT,
        lifespan=_lifespan,
        redoc_url=None,
        redirect_slashes=False,
    )
    database = Database(settings.database_url, pool_size=16, name="tilbake-api")
    app.state.service = Service(
        settings=settings,
        database=database,
        verifier=TokenVerifier(settings.issuer_key_path),
        delivery=Delivery(settings, database),
        outcomes=Outcomes(settings.database_url),
        events=EventStreams(database),
        vault=Vault(settings.secrets_key_path),
        allowed_receivers=allowed_receivers(settings),
    )
    install_handlers(app)
    for room in (
        about,
        setup,
        people,
        channels,
        delegations,
        entries,
        asking,
        recalls,
        decisions,
        events,
        invoices,
        ledger,
        exports,
        imports,
        production_setup,
        production_orders,
        production_posting,
        webhooks,
        subscriptions,
        deliveries,
    ):
        app.include_router(room.router)
    if settings.test_clock:
        app.include_router(clock.router)
    app.openapi = lambda: openapi_of(app)  # type: ignore[method-assign]  # FastAPI's documented way
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    service: Service = app.state.service
    await service.delivery.start()
    await service.outcomes.start()
    collect_seldom()
    try:
        yield
    finally:
        service.events.stop()
        await service.outcomes.stop()
        await service.delivery.stop()
        await service.database.close()
