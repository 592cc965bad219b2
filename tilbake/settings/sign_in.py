"""Whose tokens sign people in."""

from __future__ import annotations

from dataclasses import dataclass

from tilbake.settings.declaring import setting
from tilbake.settings.forms import issuer, names, number, some_of, text

OIDC_ALGORITHMS = ("ES256", "ES384", "ES512", "EdDSA", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512")


@dataclass(frozen=True)
class SignIn:
    """An OpenID Connect issuer; without one there is the local issuer."""

    oidc_issuer: str | None = setting(
        issuer,
        default=None,
        meaning="the OpenID Connect issuer whose tokens sign people in, exactly as they name it; `https://`, outside production also "
        "`http://` of this machine",
        shown="the local issuer",
    )
    oidc_audience: str | None = setting(
        text, default=None, meaning="what tokens for Tilbake name as their audience; needed with an issuer"
    )
    oidc_algorithms: tuple[str, ...] = setting(
        some_of(*OIDC_ALGORITHMS),
        default=OIDC_ALGORITHMS,
        meaning="those of them that are accepted, with commas between",
    )
    oidc_leeway_seconds: int = setting(
        number(0, 300), default=30, meaning="how far the clocks of issuer and service may differ, at most 300"
    )
    oidc_person_claim: str = setting(
        text,
        default="sub",
        meaning="the claim that holds the id of the person in Tilbake; one that people cannot choose themselves",
    )
    oidc_administrator: str | None = setting(
        text, default=None, meaning="the value of that claim that stands for the person `admin`", shown="`admin`"
    )
    oidc_clients: tuple[str, ...] = setting(
        names,
        default=(),
        meaning="service accounts that may act for people, with commas between: named by `act.sub` in a person's token (RFC 8693), "
        "or as `sub` of their own",
    )
    oidc_acted_for_claim: str | None = setting(
        text, default=None, meaning="the claim of a service account's own token that names the person it acts for"
    )
