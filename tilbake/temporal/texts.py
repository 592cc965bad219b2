"""Why Temporal does not let us in, or its keys and certificates are of no use, in Norwegian Bokmål and English."""

from typing import Final

from domain.language import Text

WHERE: Final = Text("Temporal på {address}", "Temporal on {address}")
ASKS_FOR_KEY: Final = Text(
    "{where} krever en nøkkel til navnerommet {namespace}; sett {key} eller {file}.",
    "{where} asks for a key to the namespace {namespace}; set {key} or {file}.",
)
REFUSES_KEY: Final = Text(
    "{where} avslår nøkkelen: den er feil, har utløpt, eller gjelder ikke navnerommet {namespace}; se {setting}.",
    "{where} refuses the key: it is wrong, has expired, or is not for the namespace {namespace}; see {setting}.",
)
ASKS_FOR_CERTIFICATE: Final = Text(
    "{where} krever et sertifikat; sett {certificate} og {key}.",
    "{where} asks for a certificate; set {certificate} and {key}.",
)
OURS_EXPIRED: Final = Text(
    "{where} avslår sertifikatet vårt, som har utløpt; forny det i {setting}.",
    "{where} refuses our certificate, which has expired; renew the one in {setting}.",
)
OURS_REFUSED: Final = Text(
    "{where} avslår sertifikatet vårt ({alert}); se {setting}.",
    "{where} refuses our certificate ({alert}); see {setting}.",
)
ITS_EXPIRED: Final = Text(
    "Sertifikatet til {where} har utløpt; det fornyes der.",
    "The certificate of {where} has expired; it is renewed there.",
)
ITS_TOO_EARLY: Final = Text(
    "Sertifikatet til {where} gjelder ikke ennå; se på klokken på denne maskinen.",
    "The certificate of {where} is not good yet; look at the clock of this machine.",
)
ITS_OTHER_NAME: Final = Text(
    "Sertifikatet til {where} er ikke for {name}; se {setting}.",
    "The certificate of {where} is not one for {name}; see {setting}.",
)
ITS_NOT_TRUSTED: Final = Text(
    "Sertifikatet til {where} er ikke signert av noen vi stoler på ({why}); se {setting}.",
    "The certificate of {where} is not signed by whom we trust ({why}); see {setting}.",
)

NO_API_KEY: Final = Text("{setting}: {file} inneholder ingen nøkkel.", "{setting}: {file} holds no key.")
EXPIRED: Final = Text("{setting}: {file} utløp {day}; forny det.", "{setting}: {file} expired on {day}; renew it.")
NO_PRIVATE_KEY: Final = Text(
    "{setting}: {file} inneholder ingen privat nøkkel i PEM uten passord.",
    "{setting}: {file} holds no private key in PEM without a password.",
)
OTHER_KEY: Final = Text(
    "{setting}: {file} er ikke nøkkelen til sertifikatet i {certificate}.",
    "{setting}: {file} is not the key of the certificate in {certificate}.",
)
NO_CERTIFICATE: Final = Text(
    "{setting}: {file} inneholder ikke noe sertifikat i PEM.", "{setting}: {file} holds no certificate in PEM."
)
UNREADABLE: Final = Text("{setting}: {file} kan ikke leses ({why}).", "{setting}: {file} cannot be read ({why}).")

RING_UNUSABLE: Final = Text(
    "Nøkkelringen {ring} kan ikke brukes: {problem}; se {setting}.",
    "The key ring {ring} cannot be used: {problem}; see {setting}.",
)
RING_TOO_LONG: Final = Text("den er lengre enn 64 kB", "it is longer than 64 kB")
RING_NO_TEXT: Final = Text("den er ikke tekst i UTF-8", "it is no text in UTF-8")
RING_UNREADABLE: Final = Text("den kan ikke leses ({why})", "it cannot be read ({why})")
RING_SAME_ID: Final = Text(
    "linje {number} har id-en til en linje over den", "line {number} has the id of a line above it"
)
RING_SAME_KEY: Final = Text(
    "linje {number} har nøkkelen til en linje over den", "line {number} has the key of a line above it"
)
RING_EMPTY: Final = Text(
    "det er ingen nøkkel i den; scripts/tilbake keys new lager en",
    "there is no key in it; scripts/tilbake keys new makes one",
)
RING_LINE: Final = Text(
    "linje {number} må være en id og en nøkkel i base64, med et mellomrom mellom",
    "line {number} must be an id and a key in base64, with a space between them",
)
RING_ID: Final = Text(
    "linje {number} må begynne med en id av bokstaver, sifre, «.», «_» og «-», høyst 64",
    "line {number} must begin with an id of letters, digits, '.', '_' and '-', at most 64",
)
RING_NO_BASE64: Final = Text("nøkkelen i linje {number} er ikke base64", "the key of line {number} is not base64")
RING_BYTES: Final = Text(
    "nøkkelen i linje {number} har {found} byte og må ha {wanted}",
    "the key of line {number} has {found} bytes and must have {wanted}",
)
RING_NO_SECRET: Final = Text(
    "nøkkelen i linje {number} er én byte gjentatt, og det er ingen hemmelighet",
    "the key of line {number} is one byte repeated, which is no secret",
)

OTHER_TYPE: Final = Text(
    "Søkeattributtet {name} i Temporal-navnerommet {namespace} har typen {found} og må ha {wanted}; fjern det der "
    "(temporal operator search-attribute remove) og start igjen.",
    "The search attribute {name} of the Temporal namespace {namespace} has the type {found} and must have {wanted}; remove it there "
    "(temporal operator search-attribute remove) and start again.",
)
ATTRIBUTES_MISSING: Final = Text(
    "Temporal-navnerommet {namespace} mangler søkeattributter ({why}); legg dem til der: {names}",
    "The Temporal namespace {namespace} lacks search attributes ({why}); add them there: {names}",
)
