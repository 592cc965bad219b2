"""What can be set from outside, read once from the environment and frozen.

Every process of the service (API, worker, command line) builds its `Settings` here, so a name or a default is
written down in one place only; docs/settings.md is the table for people. Nothing here opens a file or a socket.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from ipaddress import ip_network
from pathlib import Path
from typing import Literal, cast
from urllib.parse import urlsplit

from api.secure_urls import is_secure
from domain.mail_address import is_address
from tilbake.errors import CannotStart

Tls = Literal["starttls", "tls", "none"]
Mode = Literal["development", "production"]
MODES: tuple[Mode, ...] = ("development", "production")
LANGUAGES = ("en", "nb")
SMTP_TLS = ("starttls", "tls", "none")
SMTP_PORTS = {"starttls": 587, "tls": 465, "none": 25}
LOG_LEVELS = ("debug", "info", "warning", "error")
OIDC_ALGORITHMS = ("ES256", "ES384", "ES512", "EdDSA", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512")
UI_PATH = "/ops/temporal"
"""Where the API passes the Temporal UI on, and so the path under which that UI has to serve (ADR 026)."""
_OTLP, _OTLP_BY_STANDARD = "TILBAKE_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"
DATABASE_SCHEMES = ("postgresql", "postgres", "postgresql+asyncpg")


class SettingsInvalid(CannotStart):
    """One or more settings cannot be used; the message has one line for each of them."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings. `None` for an address means: use the embedded server."""

    database_url: str | None = field(default=None, repr=False)
    owner_database_url: str | None = field(default=None, repr=False)
    temporal_address: str | None = None
    temporal_namespace: str = "default"
    temporal_ui_url: str | None = None
    temporal_tls: bool = False
    temporal_tls_ca_file: Path | None = None
    temporal_tls_cert_file: Path | None = None
    temporal_tls_key_file: Path | None = None
    temporal_tls_server_name: str | None = None
    temporal_api_key: str | None = field(default=None, repr=False)
    temporal_headers: tuple[str, ...] = field(default=(), repr=False)
    task_queue: str = "recalls"
    reconcile_seconds: int = 30
    data_dir: Path = Path("data")
    cache_dir: Path = Path("cache")
    secrets_key_file: Path | None = None
    api_host: str = "127.0.0.1"
    api_port: int = 8080
    api_own_port: int | None = None
    drain_seconds: int = 0
    postgres_port: int = 54330
    temporal_port: int = 7233
    temporal_ui_port: int = 8233
    mode: Mode = "development"
    test_clock: bool = False
    public_url: str = "http://127.0.0.1:8080"
    front_end_url: str | None = None
    webhook_http: bool = False
    webhook_private_networks: str = ""
    smtp_host: str | None = None
    smtp_port: int = 587
    smtp_tls: Tls = "starttls"
    smtp_user: str | None = None
    smtp_password: str | None = field(default=None, repr=False)
    smtp_password_file: Path | None = None
    mail_from: str | None = None
    log_level: str = "info"
    otlp_endpoint: str | None = field(default=None, repr=False)
    metrics_token_file: Path | None = None
    worker_metrics_address: str | None = None
    language: str = "en"
    oidc_issuer: str | None = None
    oidc_audience: str | None = None
    oidc_algorithms: tuple[str, ...] = OIDC_ALGORITHMS
    oidc_leeway_seconds: int = 30
    oidc_person_claim: str = "sub"
    oidc_administrator: str | None = None
    oidc_clients: tuple[str, ...] = ()
    oidc_acted_for_claim: str | None = None

    @classmethod
    def from_environment(cls, env: Mapping[str, str] = os.environ) -> Settings:
        """Read the variables named in docs/settings.md; an empty value counts as not set.

        Raises SettingsInvalid naming every bad value at once, so that nobody mends them one start at a time.
        """
        reader = _Reader(env)
        settings = _read(reader)
        if settings.mode == "production" and settings.test_clock:
            reader.refuse("TILBAKE_TEST_CLOCK", "must be 0 when TILBAKE_MODE is production", "1")
        _check_mail(settings, reader)
        if settings.oidc_issuer and not settings.oidc_audience:
            reader.problems.append(
                "TILBAKE_OIDC_AUDIENCE must be set, too: the audience of tokens that are for Tilbake."
            )
        reader.refuse_same_ports(settings.ports)
        if reader.problems:
            raise SettingsInvalid("\n".join(reader.problems))
        return settings

    def as_environment(self) -> dict[str, str]:
        """The variables that make another process read exactly these settings."""
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        return {f"TILBAKE_{name.upper()}": _as_text(value) for name, value in values.items()}

    @property
    def ports(self) -> dict[str, int]:
        """The ports the stack will listen on, by the settings that name them."""
        ports = {"TILBAKE_API_PORT": self.api_port}
        if self.database_url is None:
            ports["TILBAKE_POSTGRES_PORT"] = self.postgres_port
        if self.temporal_address is None:
            ports["TILBAKE_TEMPORAL_PORT"] = self.temporal_port
            ports["TILBAKE_TEMPORAL_UI_PORT"] = self.temporal_ui_port
        return ports

    @property
    def issuer_key_path(self) -> Path:
        """Private key of the local token issuer; written on first use, readable by its owner only."""
        return self.data_dir / "issuer.key"

    @property
    def secrets_key_path(self) -> Path:
        """The key that secrets of channels and subscriptions are sealed with; written on first use."""
        return self.secrets_key_file or self.data_dir / "secrets.key"

    @property
    def passes_ui_on(self) -> bool:
        """Whether the Temporal UI is reached through the API: it serves under the path that the API has for it."""
        return self.temporal_ui_url is not None and urlsplit(self.temporal_ui_url).path == UI_PATH

    @property
    def uses_temporal_tls(self) -> bool:
        """Whether the connection to Temporal is encrypted: said so, or needed by what is shown there."""
        return self.temporal_tls or bool(
            self.temporal_api_key or self.temporal_tls_ca_file or self.temporal_tls_cert_file
        )

    @property
    def workflows_url(self) -> str | None:
        """Where people find the Temporal UI: through the API, else at the address that is set; None without one."""
        return f"{self.public_url}{UI_PATH}" if self.passes_ui_on else self.temporal_ui_url

    @property
    def dashboard_url(self) -> str:
        """The page from which operators start."""
        return f"{self.public_url}/ops"

    @property
    def log_dir(self) -> Path:
        """Where the processes of the embedded stack write what they have to say."""
        return self.data_dir / "logs"

    @property
    def api_url(self) -> str:
        """Where the API answers on this machine, whatever its public address is."""
        host = "127.0.0.1" if self.api_host in {"0.0.0.0", "::"} else self.api_host
        return f"http://{host}:{self.api_port}"


def _read(reader: _Reader) -> Settings:
    database_url = reader.url("TILBAKE_DATABASE_URL", DATABASE_SCHEMES)
    temporal_address = reader.address("TILBAKE_TEMPORAL_ADDRESS")
    ui_port = reader.port("TILBAKE_TEMPORAL_UI_PORT", 8233)
    ui_default = None if temporal_address else f"http://127.0.0.1:{ui_port}{UI_PATH}"
    host = reader.text("TILBAKE_API_HOST", "127.0.0.1")
    port = reader.port("TILBAKE_API_PORT", 8080)
    link_host = "127.0.0.1" if host in {"0.0.0.0", "::"} else host
    smtp_tls = cast("Tls", reader.choice("TILBAKE_SMTP_TLS", SMTP_TLS))
    mode: Mode = "production" if reader.choice("TILBAKE_MODE", MODES) == "production" else "development"
    return Settings(
        database_url=database_url,
        owner_database_url=reader.url("TILBAKE_OWNER_DATABASE_URL", DATABASE_SCHEMES) or database_url,
        temporal_address=temporal_address,
        temporal_namespace=reader.text("TILBAKE_TEMPORAL_NAMESPACE", "default"),
        temporal_ui_url=reader.url("TILBAKE_TEMPORAL_UI_URL", ("http", "https")) or ui_default,
        temporal_tls=reader.flag("TILBAKE_TEMPORAL_TLS"),
        temporal_tls_ca_file=reader.path("TILBAKE_TEMPORAL_TLS_CA_FILE"),
        temporal_tls_cert_file=reader.path("TILBAKE_TEMPORAL_TLS_CERT_FILE"),
        temporal_tls_key_file=reader.path("TILBAKE_TEMPORAL_TLS_KEY_FILE"),
        temporal_tls_server_name=reader.text("TILBAKE_TEMPORAL_TLS_SERVER_NAME", "") or None,
        temporal_api_key=reader.text("TILBAKE_TEMPORAL_API_KEY", "") or None,
        temporal_headers=reader.names("TILBAKE_TEMPORAL_HEADERS"),
        task_queue=reader.text("TILBAKE_TASK_QUEUE", "recalls"),
        reconcile_seconds=reader.number("TILBAKE_RECONCILE_SECONDS", 30, most=86400),
        data_dir=reader.directory("TILBAKE_DATA_DIR", "XDG_DATA_HOME", ".local/share"),
        cache_dir=reader.directory("TILBAKE_CACHE_DIR", "XDG_CACHE_HOME", ".cache"),
        secrets_key_file=reader.path("TILBAKE_SECRETS_KEY_FILE"),
        api_host=host,
        api_port=port,
        api_own_port=int(reader.text("TILBAKE_API_OWN_PORT", "0")) or None,
        drain_seconds=reader.number("TILBAKE_DRAIN_SECONDS", 0, most=300),
        postgres_port=reader.port("TILBAKE_POSTGRES_PORT", 54330),
        temporal_port=reader.port("TILBAKE_TEMPORAL_PORT", 7233),
        temporal_ui_port=ui_port,
        mode=mode,
        test_clock=reader.flag("TILBAKE_TEST_CLOCK"),
        public_url=reader.url("TILBAKE_PUBLIC_URL", ("http", "https")) or f"http://{link_host}:{port}",
        front_end_url=reader.url("TILBAKE_FRONT_END_URL", ("https", "http")),
        webhook_http=reader.flag("TILBAKE_WEBHOOK_HTTP"),
        webhook_private_networks=reader.networks("TILBAKE_WEBHOOK_PRIVATE_NETWORKS"),
        smtp_host=reader.text("TILBAKE_SMTP_HOST", "") or None,
        smtp_port=reader.port("TILBAKE_SMTP_PORT", SMTP_PORTS[smtp_tls]),
        smtp_tls=smtp_tls,
        smtp_user=reader.text("TILBAKE_SMTP_USER", "") or None,
        smtp_password=reader.text("TILBAKE_SMTP_PASSWORD", "") or None,
        smtp_password_file=reader.path("TILBAKE_SMTP_PASSWORD_FILE"),
        mail_from=reader.text("TILBAKE_MAIL_FROM", "") or None,
        log_level=reader.choice("TILBAKE_LOG_LEVEL", LOG_LEVELS, default="info"),
        otlp_endpoint=reader.url(_OTLP, ("http", "https")) or reader.url(_OTLP_BY_STANDARD, ("http", "https")),
        metrics_token_file=reader.path("TILBAKE_METRICS_TOKEN_FILE"),
        worker_metrics_address=reader.address("TILBAKE_WORKER_METRICS_ADDRESS"),
        language=reader.choice("TILBAKE_LANGUAGE", LANGUAGES, default="en"),
        oidc_issuer=reader.issuer("TILBAKE_OIDC_ISSUER", loopback=mode != "production"),
        oidc_audience=reader.text("TILBAKE_OIDC_AUDIENCE", "") or None,
        oidc_algorithms=reader.choices("TILBAKE_OIDC_ALGORITHMS", OIDC_ALGORITHMS),
        oidc_leeway_seconds=reader.number("TILBAKE_OIDC_LEEWAY_SECONDS", 30, most=300),
        oidc_person_claim=reader.text("TILBAKE_OIDC_PERSON_CLAIM", "sub"),
        oidc_administrator=reader.text("TILBAKE_OIDC_ADMINISTRATOR", "") or None,
        oidc_clients=reader.names("TILBAKE_OIDC_CLIENTS"),
        oidc_acted_for_claim=reader.text("TILBAKE_OIDC_ACTED_FOR_CLAIM", "") or None,
    )


def _check_mail(settings: Settings, reader: _Reader) -> None:
    """Mail needs a server and a sender; a password goes to neither in the clear nor from two places."""
    if settings.smtp_host is None:
        return
    if settings.mail_from is None or not is_address(settings.mail_from):
        reader.refuse("TILBAKE_MAIL_FROM", "must be an address when TILBAKE_SMTP_HOST is set", settings.mail_from or "")
    has_password = settings.smtp_password is not None or settings.smtp_password_file is not None
    if (settings.smtp_user is not None) != has_password:
        reader.problems.append("TILBAKE_SMTP_USER and a password (or its file) are set both or not at all.")
    if settings.smtp_password is not None and settings.smtp_password_file is not None:
        reader.problems.append("TILBAKE_SMTP_PASSWORD and TILBAKE_SMTP_PASSWORD_FILE cannot both be set.")
    if has_password and settings.smtp_tls == "none":
        reader.refuse("TILBAKE_SMTP_TLS", "must be starttls or tls where there is a password", settings.smtp_tls)


class _Reader:
    """Reads variables one by one and remembers what was wrong with each."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env
        self.problems: list[str] = []

    def refuse(self, name: str, rule: str, value: str) -> None:
        self.problems.append(f"{name} {rule}, not {value!r}.")

    def refuse_same_ports(self, ports: Mapping[str, int]) -> None:
        first: dict[int, str] = {}
        for name, port in ports.items():
            other = first.setdefault(port, name)
            if other != name:
                self.refuse(name, f"must be another port than {other}", str(port))

    def text(self, name: str, default: str) -> str:
        return self._env.get(name, "").strip() or default

    def choice(self, name: str, choices: tuple[str, ...], *, default: str | None = None) -> str:
        fallback = default or choices[0]
        value = self.text(name, fallback).lower()
        if value not in choices:
            self.refuse(name, f"must be one of {', '.join(choices)}", value)
            return fallback
        return value

    def names(self, name: str) -> tuple[str, ...]:
        """Names with commas between them."""
        return tuple(one.strip() for one in self.text(name, "").split(",") if one.strip())

    def choices(self, name: str, choices: tuple[str, ...]) -> tuple[str, ...]:
        """Some of several; all of them where nothing is said."""
        wanted = self.names(name)
        for one in wanted:
            if one not in choices:
                self.refuse(name, f"must name some of {', '.join(choices)}", one)
        return wanted or choices

    def flag(self, name: str) -> bool:
        return self.choice(name, ("0", "1")) == "1"

    def port(self, name: str, default: int) -> int:
        return self.number(name, default, least=1, most=65535)

    def number(self, name: str, default: int, *, least: int = 0, most: int) -> int:
        value = self.text(name, str(default))
        if not (value.isascii() and value.isdigit() and len(value) <= 5 and least <= int(value) <= most):
            self.refuse(name, f"must be a number from {least} to {most}", value)
            return default
        return int(value)

    def issuer(self, name: str, *, loopback: bool) -> str | None:
        """The issuer exactly as its tokens name it, a slash at the end included."""
        value = self.text(name, "")
        if value and ("?" in value or not is_secure(value, loopback=loopback)):
            where = " or, on this machine, http://" if loopback else ""
            self.refuse(name, f"must be a URL that begins with https://{where}", value)
            return None
        return value or None

    def address(self, name: str) -> str | None:
        value = self.text(name, "")
        _, _, port = value.rpartition(":")
        if value and not (":" in value and "/" not in value and _is_port(port)):
            self.refuse(name, "must be HOST:PORT with a port from 1 to 65535", value)
        return value or None

    def url(self, name: str, schemes: tuple[str, ...]) -> str | None:
        """A URL without its trailing slash; a wrong one is not shown, because it may hold a password."""
        value = self.text(name, "").rstrip("/")
        if not value:
            return None
        scheme, _, rest = value.partition("://")
        if scheme not in schemes or not _has_host(rest):
            self.problems.append(
                f"{name} must be a URL that begins with {schemes[0]}:// and names a host, and perhaps a port from 1 to "
                "65535; in a password, signs such as / # ? @ are written as %2F %23 %3F %40."
            )
        return f"{schemes[0]}://{rest}" if schemes == DATABASE_SCHEMES else value

    def networks(self, name: str) -> str:
        """Networks such as 10.0.0.0/8, parted by commas, as they are kept: in one plain form."""
        value = self.text(name, "")
        try:
            return ",".join(str(ip_network(one.strip())) for one in value.split(",") if one.strip())
        except ValueError:
            self.refuse(name, "must be networks like 10.1.2.0/24, parted by commas", value)
            return ""

    def path(self, name: str) -> Path | None:
        value = self.text(name, "")
        return Path(value).expanduser().absolute() if value else None

    def directory(self, name: str, base_name: str, base_default: str) -> Path:
        base = Path(self.text(base_name, "") or Path(self.text("HOME", "~")).expanduser() / base_default)
        return Path(self.text(name, str(base / "tilbake"))).expanduser().absolute()


def _is_port(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= 5 and 1 <= int(value) <= 65535


def _has_host(rest: str) -> bool:
    """Whether a host is named and the port, if there is one, is a port: asking for it fails where it is none."""
    try:
        parts = urlsplit(f"//{rest}")
        return bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _as_text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "1" if value else "0"
        case tuple():
            return ",".join(str(one) for one in value)
        case _:
            return str(value)
