"""All settings together: how they are read, what they must be beside each other, and what follows from them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from urllib.parse import urlsplit

from tilbake.language import said
from tilbake.settings import texts
from tilbake.settings.api import Api, Webhooks
from tilbake.settings.declaring import declared, file_names
from tilbake.settings.general import General, Tests
from tilbake.settings.mail import Mail
from tilbake.settings.postgres import Postgres
from tilbake.settings.production import production_problems
from tilbake.settings.reading import Reader, SettingsInvalid, as_text
from tilbake.settings.sign_in import SignIn
from tilbake.settings.temporal import UI_PATH, Temporal


@dataclass(frozen=True)
class Settings(Tests, Temporal, Postgres, SignIn, Mail, Webhooks, Api, General):
    """All settings. `None` for an address means: use the embedded server."""

    @classmethod
    def from_environment(cls, env: Mapping[str, str] = os.environ) -> Settings:
        """Read the variables named in docs/settings.md; an empty value counts as not set.

        Raises SettingsInvalid naming every bad value at once, so that nobody mends them one start at a time.
        """
        reader = Reader(env)
        given = reader.given(cls)
        plain = cls(**given)
        depending = {
            name: one.otherwise(plain, env) for name, one in declared(cls) if one.otherwise and name not in given
        }
        settings = replace(plain, **depending)
        problems = [*reader.problems, *(line for line in settings.problems() if not reader.has_refused(line))]
        if problems:
            raise SettingsInvalid("\n".join(problems))
        return settings

    def as_environment(self) -> dict[str, str]:
        """The variables that make another process read exactly these settings, whatever else it is given."""
        values = {f"TILBAKE_{item.name.upper()}": as_text(getattr(self, item.name)) for item in fields(self)}
        return values | dict.fromkeys(file_names(type(self)).values(), "")

    def problems(self) -> Iterator[str]:
        """A sentence for each setting that cannot be what it is beside the others."""
        yield from production_problems(self)
        yield from self.mail_problems()
        yield from self.temporal_problems()
        if self.oidc_issuer and not self.oidc_audience:
            yield said(texts.AUDIENCE)
        first: dict[int, str] = {}
        for name, port in self.ports.items():
            other = first.setdefault(port, name)
            if other != name:
                yield said(texts.SAME_PORT, name=name, other=other, port=port)

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
        """The key that secrets of channels and subscriptions are sealed with; written on first use, but not in production.

        Raises SettingsInvalid there: who needs the key needs the one that others have. A migration needs none.
        """
        if self.mode == "production" and self.secrets_key_file is None:
            raise SettingsInvalid(texts.MADE_BY_ITSELF)
        return self.secrets_key_file or self.data_dir / "secrets.key"

    @property
    def passes_ui_on(self) -> bool:
        """Whether the Temporal UI is reached through the API: it serves under the path that the API has for it."""
        return self.temporal_ui_url is not None and urlsplit(self.temporal_ui_url).path == UI_PATH

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
