"""Why settings cannot be used, in Norwegian Bokmål and English; a rule goes on a sentence that begins with the name."""

from typing import Final

from domain.language import Text

SET_IT: Final = Text("sett {name} ", "set {name} ")
"""How a sentence asks for a setting that is missing."""
UNUSABLE: Final = Text("{name} {rule}.", "{name} {rule}.")
UNUSABLE_VALUE: Final = Text("{name} {rule}, ikke {value!r}.", "{name} {rule}, not {value!r}.")
NOT_BOTH: Final = Text("{one} og {other} kan ikke begge være satt.", "{one} and {other} cannot both be set.")
BOTH: Final = Text("{one} og {other} settes begge eller ingen av dem.", "{one} and {other} are set both or not at all.")
NAMES: Final = Text("{name} nevner {what}.", "{name} names {what}.")
EMPTY_FILE: Final = Text("en fil uten innhold", "a file with nothing in it")
NO_FILE: Final = Text("noe som ikke er en fil: det har kanskje ingen slutt", "what is no file: it may have no end")
LONG_FILE: Final = Text("en fil på mer enn 64 kB", "a file of more than 64 kB")
NO_TEXT: Final = Text("en fil som ikke er tekst i UTF-8", "a file that is no text in UTF-8")
UNREADABLE: Final = Text("en fil som ikke kan leses: {why}", "a file that cannot be read: {why}")

ONE_OF: Final = Text("må være en av {choices}", "must be one of {choices}")
LANGUAGE: Final = Text("må være nb eller en (must be nb or en)", "must be nb or en (må være nb eller en)")
SOME_OF: Final = Text("må nevne noen av {choices}", "must name some of {choices}")
NUMBER: Final = Text("må være et tall fra {least} til {most}", "must be a number from {least} to {most}")
DAYS: Final = Text("må være 0, eller et tall fra 7 til 3650", "must be 0, or a number from 7 to 3650")
HEADERS: Final = Text(
    "må være NAVN=VERDI, med komma mellom flere og navn i små bokstaver",
    "must be NAME=VALUE, with commas between several and names in small letters",
)
NETWORKS: Final = Text(
    "må være nettverk som 10.1.2.0/24, med komma mellom", "must be networks like 10.1.2.0/24, parted by commas"
)
ADDRESS: Final = Text("må være VERT:PORT med en port fra 1 til 65535", "must be HOST:PORT with a port from 1 to 65535")
URL: Final = Text(
    "må være en URL som begynner med {scheme}:// og nevner en vert, og kanskje en port fra 1 til 65535; i et passord skrives "
    "tegn som / # ? @ som %2F %23 %3F %40",
    "must be a URL that begins with {scheme}:// and names a host, and perhaps a port from 1 to 65535; in a password, signs such as "
    "/ # ? @ are written as %2F %23 %3F %40",
)
ISSUER: Final = Text(
    "må være en URL som begynner med https:// eller, på denne maskinen, http://",
    "must be a URL that begins with https:// or, on this machine, http://",
)

AUDIENCE: Final = Text(
    "TILBAKE_OIDC_AUDIENCE må også settes: mottakeren i tokener som er for Tilbake.",
    "TILBAKE_OIDC_AUDIENCE must be set, too: the audience of tokens that are for Tilbake.",
)
SAME_PORT: Final = Text(
    "{name} må være en annen port enn {other}, ikke '{port}'.",
    "{name} must be another port than {other}, not '{port}'.",
)
SENDER: Final = Text(
    "TILBAKE_MAIL_FROM må være en adresse når TILBAKE_SMTP_HOST er satt, ikke {given!r}.",
    "TILBAKE_MAIL_FROM must be an address when TILBAKE_SMTP_HOST is set, not {given!r}.",
)
MAIL_USER: Final = Text(
    "TILBAKE_SMTP_USER og et passord (eller filen med det) settes begge eller ingen av dem.",
    "TILBAKE_SMTP_USER and a password (or its file) are set both or not at all.",
)
MAIL_TLS: Final = Text(
    "TILBAKE_SMTP_TLS må være starttls eller tls der det er et passord, ikke {given!r}.",
    "TILBAKE_SMTP_TLS must be starttls or tls where there is a password, not {given!r}.",
)

LOCAL_ISSUER: Final = Text(
    "TILBAKE_MODE er production, og den lokale utstederen av tokener er ikke for produksjon: "
    "sett TILBAKE_OIDC_ISSUER og TILBAKE_OIDC_AUDIENCE for å logge folk inn med identitetsleverandøren.",
    "TILBAKE_MODE is production, and the local token issuer is not for production: "
    "set TILBAKE_OIDC_ISSUER and TILBAKE_OIDC_AUDIENCE to sign people in with your identity provider.",
)
MADE_BY_ITSELF: Final = Text(
    "TILBAKE_SECRETS_KEY_FILE må nevne filen med nøkkelen til kanalenes hemmeligheter når TILBAKE_MODE er production: "
    "en nøkkel som lages av seg selv, går tapt med maskinen, og andre prosesser har den ikke.",
    "TILBAKE_SECRETS_KEY_FILE must name the file with the key for secrets of channels when TILBAKE_MODE is production: "
    "a key that is made by itself is lost with the machine, and other processes do not have it.",
)
TEST_CLOCK: Final = Text(
    "TILBAKE_TEST_CLOCK må være 0 når TILBAKE_MODE er production, ikke '1'.",
    "TILBAKE_TEST_CLOCK must be 0 when TILBAKE_MODE is production, not '1'.",
)
ISSUER_BY_HTTPS: Final = Text(
    "TILBAKE_OIDC_ISSUER må være en URL som begynner med https://, ikke {given!r}.",
    "TILBAKE_OIDC_ISSUER must be a URL that begins with https://, not {given!r}.",
)
PUBLIC_BY_HTTPS: Final = Text(
    "TILBAKE_PUBLIC_URL må begynne med https:// når TILBAKE_MODE er production og API-et nås fra andre maskiner: sett en proxy "
    "som snakker TLS foran det, og nevn adressen til den.",
    "TILBAKE_PUBLIC_URL must begin with https:// when TILBAKE_MODE is production and the API is reached from other machines: put a "
    "proxy that speaks TLS in front of it, and name its address.",
)
FRONT_END_BY_HTTPS: Final = Text(
    "TILBAKE_FRONT_END_URL må begynne med https:// når TILBAKE_MODE er production.",
    "TILBAKE_FRONT_END_URL must begin with https:// when TILBAKE_MODE is production.",
)
WEBHOOKS_BY_HTTPS: Final = Text(
    "TILBAKE_WEBHOOK_HTTP må være 0 når TILBAKE_MODE er production: mottakere nås med https.",
    "TILBAKE_WEBHOOK_HTTP must be 0 when TILBAKE_MODE is production: receivers are reached by https.",
)
DATABASE_BY_TLS: Final = Text(
    "{name} må be om en kryptert forbindelse når TILBAKE_MODE er production: legg til "
    "?sslmode=verify-full&sslrootcert=FIL, eller nevn verten i TILBAKE_PLAIN_HOSTS der ingen andre er på nettverket til den.",
    "{name} must ask for an encrypted connection when TILBAKE_MODE is production: add "
    "?sslmode=verify-full&sslrootcert=FILE, or name its host in TILBAKE_PLAIN_HOSTS where nobody else is on the network to it.",
)
TEMPORAL_BY_TLS: Final = Text(
    "TILBAKE_TEMPORAL_TLS må være 1 når TILBAKE_MODE er production og Temporal er på en annen maskin; eller nevn verten i "
    "TILBAKE_PLAIN_HOSTS der ingen andre er på nettverket til den.",
    "TILBAKE_TEMPORAL_TLS must be 1 when TILBAKE_MODE is production and Temporal is on another machine; or name its host in "
    "TILBAKE_PLAIN_HOSTS where nobody else is on the network to it.",
)
UI_BY_HTTPS: Final = Text(
    "TILBAKE_TEMPORAL_UI_URL må begynne med https:// når TILBAKE_MODE er production; eller nevn verten i TILBAKE_PLAIN_HOSTS der "
    "ingen andre er på nettverket til den.",
    "TILBAKE_TEMPORAL_UI_URL must begin with https:// when TILBAKE_MODE is production; or name its host in TILBAKE_PLAIN_HOSTS "
    "where nobody else is on the network to it.",
)
MAIL_BY_TLS: Final = Text(
    "TILBAKE_SMTP_TLS må være starttls eller tls når TILBAKE_MODE er production; eller nevn verten i TILBAKE_PLAIN_HOSTS der ingen "
    "andre er på nettverket til den.",
    "TILBAKE_SMTP_TLS must be starttls or tls when TILBAKE_MODE is production; or name its host in TILBAKE_PLAIN_HOSTS where nobody "
    "else is on the network to it.",
)
