"""Settings that production accepts, for tests that spoil one of them."""

from __future__ import annotations

from typing import Final

PRODUCTION: Final = {
    "TILBAKE_MODE": "production",
    "TILBAKE_API_HOST": "0.0.0.0",
    "TILBAKE_PUBLIC_URL": "https://tilbake.example",
    "TILBAKE_FRONT_END_URL": "https://time.example",
    "TILBAKE_OIDC_ISSUER": "https://login.example",
    "TILBAKE_OIDC_AUDIENCE": "tilbake",
    "TILBAKE_SECRETS_KEY_FILE": "/run/secrets/secrets_key",
    "TILBAKE_DATABASE_URL": "postgresql://a:b@db.example/tilbake?sslmode=verify-full",
    "TILBAKE_TEMPORAL_ADDRESS": "temporal.example:7233",
    "TILBAKE_TEMPORAL_TLS": "1",
}
