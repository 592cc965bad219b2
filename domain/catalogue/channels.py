"""Texts of the codes of channels: how decisions come in, and how events go out."""

from domain.catalogue.meaning import Kind, Meaning
from domain.language import Advice, Text
from domain.refusals import Code

CHANNELS = {
    Code.OUTSIDE_CHANNEL: Meaning(
        Text("Kanalen kan ikke tale for denne personen.", "The channel may not speak for this person."),
        Advice(
            "La personen avgjøre selv, eller be den som administrerer om å utvide kanalen.",
            "Let the person decide directly, or ask the administrator to widen the channel.",
        ),
        Kind.FORBIDDEN,
    ),
    Code.CHANNEL_DISABLED: Meaning(
        Text("Kanalen er slått av.", "The channel is switched off."),
        Advice("Be den som administrerer om å slå den på.", "Ask the administrator to switch it on."),
        Kind.FORBIDDEN,
    ),
    Code.ROTATION_UNDER_WAY: Meaning(
        Text("To hemmeligheter gjelder allerede.", "Two secrets are live already."),
        Advice(
            "Ta den nye i bruk overalt, trekk den gamle tilbake med retire, og bytt så igjen.",
            "Use the new one everywhere, retire the old one, then rotate again.",
        ),
        Kind.CONFLICT,
    ),
    Code.ADDRESS_NOT_ALLOWED: Meaning(
        Text("Hendelser kan ikke sendes dit: {address_problem}.", "Events cannot be sent there: {address_problem}."),
        Advice(
            "Oppgi en offentlig https-adresse, eller få adressen tillatt i tjenestens innstillinger.",
            "Name a public https address, or have the address allowed in the settings of the service.",
        ),
    ),
    Code.SUBSCRIPTION_DISABLED: Meaning(
        Text("Abonnementet er slått av.", "The subscription is switched off."),
        Advice("Slå det på først.", "Switch it on first."),
        Kind.CONFLICT,
    ),
    Code.DELIVERY_UNDER_WAY: Meaning(
        Text("Leveringen pågår ennå.", "The delivery is still under way."),
        Advice(
            "Vent til den er avsluttet; den prøves på nytt av seg selv i inntil tre dager.",
            "Wait until it has ended; it is tried again by itself for up to three days.",
        ),
        Kind.CONFLICT,
    ),
}
