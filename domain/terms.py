"""Display names of codes that appear as facts: statuses, types and what a value was expected to be.

Source of the words: project-recall 11 and output-reversal 8.
"""

from collections.abc import Mapping
from types import MappingProxyType

from domain.language import Language, Text

STATUS: Mapping[str, Text] = MappingProxyType(
    {
        # entries
        "draft": Text("Utkast", "Draft"),
        "submitted": Text("Sendt", "Submitted"),
        "approved": Text("Godkjent", "Approved"),
        "returned": Text("Returnert", "Returned"),
        "rejected": Text("Avvist", "Rejected"),
        "recall_requested": Text("Tilbakekalling forespurt", "Recall requested"),
        "deleted": Text("Slettet", "Deleted"),
        # approval record
        "recall_rejected": Text("Tilbakekalling avvist", "Recall rejected"),
        # requests and their lines
        "awaiting_decision": Text("Venter på avgjørelse", "Awaiting decision"),
        "recalled": Text("Tilbakekalt", "Recalled"),
        "partly_recalled": Text("Delvis tilbakekalt", "Partly recalled"),
        "withdrawn": Text("Trukket", "Withdrawn"),
        "expired": Text("Utløpt", "Expired"),
        "open": Text("Åpen", "Open"),
        "blocked": Text("Blokkert", "Blocked"),
        # actuals: adjustment and billing status
        "none": Text("Ingen", "None"),
        "adjusted": Text("Justert", "Adjusted"),
        "unadjustable": Text("Kan ikke justeres", "Unadjustable"),
        "in_process": Text("Under behandling", "In process"),
        "unbilled": Text("Ikke fakturert", "Unbilled"),
        "ready": Text("Klar for fakturering", "Ready to invoice"),
        "on_draft": Text("På fakturautkast", "On a draft invoice"),
        "posted": Text("Bokført", "Posted"),
        "canceled": Text("Kansellert", "Canceled"),
        # invoices
        "confirmed": Text("Bekreftet", "Confirmed"),
        "paid": Text("Betalt", "Paid"),
        # production orders and operations
        "planned": Text("Planlagt", "Planned"),
        "firm_planned": Text("Fastlagt", "Firm planned"),
        "released": Text("Frigitt", "Released"),
        "finished": Text("Ferdig", "Finished"),
        "in_progress": Text("Pågår", "In progress"),
    }
)

TYPE: Mapping[str, Text] = MappingProxyType(
    {
        "time": Text("tid", "time"),
        "expense": Text("utgift", "expense"),
        "material": Text("materialbruk", "material usage"),
        "cost": Text("kostnad", "cost"),
        "unbilled_sales": Text("ufakturert salg", "unbilled sales"),
        "billed_sales": Text("fakturert salg", "billed sales"),
        "resourcing_cost": Text("ressurskostnad", "resourcing cost"),
        "interorg_sales": Text("salg mellom enheter", "inter-organizational sales"),
        "milestone": Text("milepæl", "milestone"),
        "output": Text("avgang", "output"),
        "consumption": Text("forbruk", "consumption"),
        "capacity": Text("kapasitet", "capacity"),
        "register": Text("bokføring", "register"),
        "sale": Text("salg", "sale"),
        "purchase": Text("kjøp", "purchase"),
        "transfer": Text("overføring", "transfer"),
        "positive_adjustment": Text("oppjustering", "positive adjustment"),
        "negative_adjustment": Text("nedjustering", "negative adjustment"),
    }
)

EXPECTED: Mapping[str, Text] = MappingProxyType(
    {
        "shares_of_100": Text("andelene må bli 100 til sammen", "the shares must come to 100"),
        "one_rounding_customer": Text("nøyaktig én kunde tar avrundingen", "exactly one customer takes the rounding"),
        "rate_of_two_currencies": Text(
            "kontrakten er i en annen valuta enn enheten; oppgi hva én av dem koster i enhetens",
            "the contract is in another currency than the unit; say what one of it costs in that of the unit",
        ),
        "one_of_one_currency": Text(
            "kontrakten er i enhetens valuta, så kursen er 1",
            "the contract is in the currency of the unit, so the rate is 1",
        ),
        "required": Text("feltet må være med", "the field is required"),
        "allowed_value": Text("verdien finnes ikke her", "this is not a known value here"),
        "text": Text("tekst er ventet", "text is expected"),
        "plain_text": Text(
            "styretegn, usynlige tegn og tegn som snur leseretningen godtas ikke",
            "control characters, characters that are not seen and those that turn the reading direction are not accepted",
        ),
        "one_line": Text("teksten må stå på én linje", "the text must stand on one line"),
        "not_empty": Text("verdien kan ikke være tom", "the value cannot be empty"),
        "shorter": Text("verdien er lengre enn {most}", "the value is longer than {most}"),
        "longer": Text("verdien er for kort", "the value is too short"),
        "identifier": Text("en gyldig id er ventet", "a valid id is expected"),
        "whole_number": Text("et heltall er ventet", "a whole number is expected"),
        "decimal_text": Text(
            'et desimaltall som tekst er ventet, for eksempel "7.25"',
            'a decimal number as text is expected, such as "7.25"',
        ),
        "decimal_places": Text("tallet har mer enn {most} desimaler", "the number has more than {most} decimals"),
        "digits": Text(
            "tallet har mer enn {most} sifre foran desimaltegnet",
            "the number has more than {most} digits before the decimal point",
        ),
        "smaller": Text("verdien er for stor", "the value is too large"),
        "larger": Text("verdien er for liten", "the value is too small"),
        "day": Text(
            "en dag som finnes er ventet, skrevet som 2026-02-02",
            "a day that exists is expected, written as 2026-02-02",
        ),
        "day_range": Text("dagen må ligge i årene 1900 til 2199", "the day must lie in the years 1900 to 2199"),
        "within_a_year": Text(
            "dagen ligger mer enn et år etter enhetens dag; {most} er den siste som kan lukkes",
            "the day lies more than a year after that of the unit; {most} is the last that can be closed",
        ),
        "not_before_from": Text("dagen ligger før from", "the day lies before from"),
        "not_after_today": Text(
            "dagen ligger etter enhetens dag, og ingenting er avsluttet da; {most} er den siste det finnes tall for",
            "the day lies after that of the unit, and nothing has ended then; {most} is the last there are figures of",
        ),
        "not_before_since": Text("dagen ligger før since", "the day lies before since"),
        "another_person": Text(
            "giver og taker er samme person; den som gir og den som får må være to",
            "giver and taker are the same person; who gives and who takes must be two",
        ),
        "instant": Text("et tidspunkt i RFC 3339 er ventet", "an RFC 3339 instant is expected"),
        "duration": Text(
            "en varighet som 3d, 12h eller 30m er ventet", "a duration such as 3d, 12h or 30m is expected"
        ),
        "policy_time": Text(
            "en varighet som 3d, 12h eller 30m, eller arbeidstimer som 16wh, er ventet",
            "a duration such as 3d, 12h or 30m, or working hours such as 16wh, is expected",
        ),
        "two_years": Text(
            "arbeidstimene må være over innen to år etter kalenderen",
            "the working hours must be over within two years by the calendar",
        ),
        "clock_time": Text("et klokkeslett som 08:00 er ventet", "a time of day such as 08:00 is expected"),
        "after_begin": Text("arbeidsdagen må slutte etter at den begynner", "the working day must end after it begins"),
        "within_hours": Text(
            "den halve dagen må slutte innenfor arbeidsdagen", "the half day must end within the working day"
        ),
        "country": Text(
            "et land med kjente helligdager er ventet, som NO, eller null",
            "a country whose public holidays are known is expected, such as NO, or null",
        ),
        "time_zone": Text(
            "et navn på en tidssone er ventet, som Europe/Oslo",
            "the name of a time zone is expected, such as Europe/Oslo",
        ),
        "unit_currency": Text("enhetens valuta er ventet", "the currency of the unit is expected"),
        "yes_or_no": Text("true eller false er ventet", "true or false is expected"),
        "approval": Text("bare en godkjenning kan vente på kreditering", "only an approval can wait for a credit"),
        "project_or_unit": Text(
            "enten et prosjekt eller, for oppføringer uten prosjekt, en enhet må oppgis",
            "either a project or, for entries without one, a unit must be given",
        ),
        "object": Text("et objekt er ventet", "an object is expected"),
        "list": Text("en liste er ventet", "a list is expected"),
        "once": Text("verdien kan bare oppgis én gang", "the value may be given only once"),
        "one_way": Text(
            "oppgi enten entries, en selection eller bokført produksjon, ikke flere av dem",
            "name either entries, a selection or posted production, not several of them",
        ),
        "unit_or_project": Text("oppgi unit eller project", "name unit or project"),
        "approver_of_file": Text(
            "filen har godkjente eller fakturerte rader, og sier ikke hvem som godkjente dem",
            "the file has approved or invoiced rows, and does not say who approved them",
        ),
        "not_the_administrator": Text(
            "admin setter opp, og godkjenner og avgjør ingenting; oppgi den som gjør det",
            "admin sets up, and approves and decides nothing; name who does",
        ),
        "not_reserved": Text(
            "tjenesten bruker selv denne id-en i historikken; velg en annen",
            "the service itself goes by this id in histories; choose another",
        ),
        "not_above_unit_cost": Text("den kan ikke være høyere enn unit_cost", "it cannot be higher than unit_cost"),
        "not_below_overhead_rate": Text(
            "den kan ikke være lavere enn overhead_rate", "it cannot be lower than overhead_rate"
        ),
        "known_routing": Text("enheten har ingen slik rute", "the unit has no such routing"),
        "not_of_itself": Text("en vare kan ikke være komponent i seg selv", "an item cannot be a component of itself"),
        "currency": Text("en valutakode som NOK er ventet", "a currency code such as NOK is expected"),
        "entity_tag": Text("en ETag i hermetegn er ventet", "a quoted ETag is expected"),
        "key": Text("1 til 255 synlige ASCII-tegn er ventet", "1 to 255 visible ASCII characters are expected"),
        "cursor": Text("en next-verdi fra samme liste er ventet", "a next value of the same list is expected"),
        "email_address": Text(
            "en e-postadresse som mia@example.com er ventet", "an email address such as mia@example.com is expected"
        ),
        "future": Text("et tidspunkt som kommer er ventet", "an instant to come is expected"),
        "other": Text("verdien har feil form", "the value has the wrong form"),
    }
)

DISGUISE: Mapping[str, Text] = MappingProxyType(
    {
        "control_character": Text(
            "andre styretegn enn tabulator og linjeskift godtas ikke",
            "control characters other than tabs and line breaks are not accepted",
        ),
        "invisible_character": Text(
            "tegn som ikke vises, halve tegn og tegn som snur leseretningen godtas ikke",
            "characters that are not seen, halves of characters and those that turn the reading direction are not accepted",
        ),
        "stacked_marks": Text(
            "så mange aksenter på én bokstav godtas ikke", "so many accents on one letter are not accepted"
        ),
    }
)
"""What is said of a text that is not plain where a fact tells why; by domain.plain_text.Disguise."""

PROBLEM: Mapping[str, Text] = MappingProxyType(
    {
        "not_utf8": Text("det er ikke UTF-8", "it is not UTF-8"),
        "not_json": Text("det kan ikke leses", "it cannot be read"),
        "repeated_key": Text("en nøkkel står to ganger i samme objekt", "a key stands twice in one object"),
        "not_a_number": Text("NaN og Infinity er ikke tall", "NaN and Infinity are not numbers"),
        "number_too_long": Text("et tall er for langt", "a number is too long"),
        "too_deep": Text("det har for mange nivåer", "it has too many levels"),
    }
)

ADDRESS_PROBLEM: Mapping[str, Text] = MappingProxyType(
    {
        "not_https": Text("adressen begynner ikke med https://", "the address does not begin with https://"),
        "not_plain": Text(
            "adressen må være et vertsnavn med en sti, uten navn, passord eller #",
            "the address must be a host with a path, without a name, a password or a #",
        ),
        "unknown_host": Text("verten finnes ikke", "there is no such host"),
        "private": Text("verten har en adresse som ikke er offentlig", "the host has an address that is not public"),
    }
)

LIMITED: Mapping[str, Mapping[str, Text]] = MappingProxyType(
    {
        "smaller": {
            "most": Text("verdien er større enn {most}", "the value is larger than {most}"),
            "below": Text("verdien må være mindre enn {below}", "the value must be below {below}"),
        },
        "larger": {
            "least": Text("verdien er mindre enn {least}", "the value is smaller than {least}"),
            "above": Text("verdien må være større enn {above}", "the value must be above {above}"),
        },
    }
)
"""What is said of a value that is too large or too small where a fact tells the limit."""

_COUNTED: Mapping[str, tuple[Text, Text]] = MappingProxyType(
    {
        "line": (Text("linje", "line"), Text("linjer", "lines")),
        "row": (Text("rad", "row"), Text("rader", "rows")),
        "day": (Text("dag", "day"), Text("dager", "days")),
    }
)

COUNTED_FACTS: Mapping[str, str] = MappingProxyType({"days": "day"})
"""Facts that are shown as so many of something."""

FACT_TERMS: Mapping[str, Mapping[str, Text]] = MappingProxyType(
    {
        "status": STATUS,
        "type": TYPE,
        "expected": EXPECTED,
        "disguise": DISGUISE,
        "problem": PROBLEM,
        "address_problem": ADDRESS_PROBLEM,
    }
)


TERMS_WITH_FACTS = frozenset({"expected"})
"""Facts whose display names may name other facts, in braces."""


def counted(number: int, noun: str, language: Language) -> str:
    """A number of things, such as "1 line" or "3 lines"; noun: a key of this file's words for what is counted."""
    one, many = _COUNTED[noun]
    return f"{number} {(one if number == 1 else many).in_language(language)}"


def expected_text(facts: Mapping[str, str], language: Language) -> str:
    """What was expected of a value, with its limit where the facts name one; of a text that is not plain, why it is not."""
    if facts["expected"] == "plain_text" and "disguise" in facts:
        return fact_text("disguise", value=facts["disguise"], language=language)
    limits = LIMITED.get(facts["expected"], {})
    known = next((text for name, text in limits.items() if name in facts), None)
    return (
        fact_text("expected", value=facts["expected"], language=language)
        if known is None
        else known.in_language(language)
    )


def fact_text(name: str, *, value: str, language: Language) -> str:
    """A fact as it is shown: by its display name where the fact is a code with a name, with its noun where it counts, else as it is."""
    if name in COUNTED_FACTS and value.isdecimal():
        return counted(int(value), COUNTED_FACTS[name], language)
    term = FACT_TERMS.get(name, {}).get(value)
    return term.in_language(language) if term else value
