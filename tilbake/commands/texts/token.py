"""What `tilbake token` says."""

from typing import Final

from domain.language import Text

SHORT: Final = Text("skriv ut et token for en person", "print a bearer token for a person")
LONG: Final = Text(
    "Skriver ut et token som logger en person inn i API-et på denne maskinen.",
    "Prints a bearer token that signs a person in to the API of this machine.",
)
PERSON: Final = Text("PERSON", "PERSON")
WHO: Final = Text("personens id, som bob", "id of the person, such as bob")
HOURS: Final = Text("hvor lenge det er gyldig (ellers: 12)", "how long it is valid (default 12)")
EXAMPLES: Final = Text(
    """Skriver ut tokenet og ingenting annet, så det kan brukes på stedet:

  curl -H "Authorization: Bearer $(scripts/tilbake token bob)" http://127.0.0.1:8080/v1/me

Ikke der TILBAKE_OIDC_ISSUER nevner en identitetsleverandør, slik produksjon krever: da utsteder den tokenene.
""",
    """Prints the token and nothing else, so that it can be used in place:

  curl -H "Authorization: Bearer $(scripts/tilbake token bob)" http://127.0.0.1:8080/v1/me

Not where TILBAKE_OIDC_ISSUER names an identity provider, as production demands: that one issues the tokens.
""",
)
NOT_IN_PRODUCTION: Final = Text(
    "Den lokale utstederen er slått av i produksjon: logg inn med identitetsleverandøren i stedet.",
    "The local issuer is switched off in production: sign in with the identity provider instead.",
)
OTHER_ISSUER: Final = Text(
    "Denne tjenesten logger folk inn med {issuer}, ikke med tokener fra denne maskinen.",
    "This service signs people in by {issuer}, not by tokens of this machine.",
)
