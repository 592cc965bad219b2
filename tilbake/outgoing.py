"""From settings to the ways messages leave by: which receivers are allowed, which mail server there is."""

from __future__ import annotations

from activities.deliveries import Way
from application.deliveries import Addresses
from domain.language import Language
from sending.mail_server import MailServer
from store.vault import Vault
from tilbake.receivers import allowed_receivers
from tilbake.settings import Settings


def way_of(settings: Settings) -> Way:
    """How messages leave a process with these settings."""
    return Way(
        vault=Vault(settings.secrets_key_path),
        allowed=allowed_receivers(settings),
        addresses=Addresses(settings.public_url, settings.front_end_url),
        language=Language(settings.language),
        mail_server=mail_server(settings),
    )


def mail_server(settings: Settings) -> MailServer | None:
    """Where mail is handed over; None: nothing is mailed."""
    if settings.smtp_host is None or settings.mail_from is None:
        return None
    return MailServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        tls=settings.smtp_tls,
        sender=settings.mail_from,
        user=settings.smtp_user,
        password=settings.smtp_password,
        password_file=settings.smtp_password_file,
    )
