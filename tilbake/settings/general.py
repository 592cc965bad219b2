"""Where things lie, what the process says, and in which mode it runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from tilbake.language import usual
from tilbake.settings.declaring import setting
from tilbake.settings.forms import address, choice, flag, language_code, names, path, url

Mode = Literal["development", "production"]
Language = Literal["en", "nb"]


def _below(base_name: str, base_default: str) -> Callable[[Any, Mapping[str, str]], Path]:
    def directory(_: Any, env: Mapping[str, str]) -> Path:
        home = Path(env.get("HOME", "").strip() or "~").expanduser()
        return path(str(Path(env.get(base_name, "").strip() or home / base_default) / "tilbake"))

    return directory


@dataclass(frozen=True)
class General:
    """The first settings of the page."""

    data_dir: Path = setting(
        path,
        default=Path("data"),
        meaning="embedded servers' data, the key of the local token issuer (`issuer.key`), `logs/`, `processes/`",
        otherwise=_below("XDG_DATA_HOME", ".local/share"),
        shown="`$XDG_DATA_HOME/tilbake`, else `~/.local/share/tilbake`",
    )
    cache_dir: Path = setting(
        path,
        default=Path("cache"),
        meaning="what can be fetched or built again: the Temporal server",
        otherwise=_below("XDG_CACHE_HOME", ".cache"),
        shown="`$XDG_CACHE_HOME/tilbake`, else `~/.cache/tilbake`",
    )
    secrets_key_file: Path | None = setting(
        path,
        default=None,
        meaning="file with the key that secrets of channels and subscriptions are sealed with: 32 bytes in base64, made on first "
        "use. API and worker need the same (channels.md)",
        shown="`secrets.key` in the data directory",
    )
    mode: Mode = setting(
        choice("development", "production"),
        default="development",
        meaning="`production` refuses what is only good enough for trying out, with a line for each ([security.md](security.md))",
    )
    plain_hosts: tuple[str, ...] = setting(
        names,
        default=(),
        meaning="hosts of Postgres, Temporal and mail, with commas between, that production may reach without encryption because "
        "nobody else is on the network to them: containers of one machine",
    )
    log_level: str = setting(
        choice("debug", "info", "warning", "error"), default="info", meaning="`debug`, `info`, `warning` or `error`"
    )
    otlp_endpoint: str | None = setting(
        url("http", "https"),
        default=None,
        meaning="base URL of an OpenTelemetry collector that takes OTLP over HTTP; traces go to `URL/v1/traces` (operations.md). "
        "Further `OTEL_` variables count, too",
        secret=True,
        also="OTEL_EXPORTER_OTLP_ENDPOINT",
        shown="`OTEL_EXPORTER_OTLP_ENDPOINT`, else none",
    )
    metrics_token_file: Path | None = setting(
        path,
        default=None,
        meaning="a file with the bearer token that `GET /metrics` of the API asks for, read at each call; without one everybody who "
        "reaches the API may read the figures",
    )
    worker_metrics_address: str | None = setting(
        address,
        default=None,
        meaning="`HOST:PORT` where a worker serves its figures at `/metrics`, without sign-in: an address of its own for each worker",
    )
    language: Language = setting(
        language_code,
        default="en",
        meaning="`en` or `nb` (which `nn` and `no` stand for, too): what the command line, the story and the doctor say, "
        "and the words operators read in the Temporal UI",
        otherwise=lambda _, env: usual(env).value,
        shown="`nb` where `LC_ALL`, `LC_MESSAGES` or `LANG` begins with `nb`, `nn` or `no`, else `en`",
    )


@dataclass(frozen=True)
class Tests:
    """What only a test setting has."""

    test_clock: bool = setting(
        flag,
        default=False,
        meaning="`1` lets a unit's day be set (`POST /v1/units/{unit}/clock`) and switches on time skipping in the embedded Temporal",
    )
