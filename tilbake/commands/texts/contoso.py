"""What `tilbake import contoso` says of itself."""

from typing import Final

from domain.language import Text

SHORT: Final = Text(
    "en produksjonsverden i fem CSV-filer, som i samples/contoso-coffee",
    "a production world in five CSV files, as in samples/contoso-coffee",
)
LONG: Final = Text(
    "Leser arbeidssentre, varer, stykklister, ruter og ordrer, og lager dem i en enhet.",
    "Reads work centers, items, bills of material, routings and orders, and makes them in a unit.",
)
EXAMPLES: Final = Text(
    "eksempel:\n  scripts/tilbake import contoso samples/contoso-coffee --unit coffee"
    " --unit-cost SP-SCM1009=150 --unit-cost SP-BOM2000=42.50\nÅ lage den samme verdenen to ganger endrer ingenting.",
    "example:\n  scripts/tilbake import contoso samples/contoso-coffee --unit coffee"
    " --unit-cost SP-SCM1009=150 --unit-cost SP-BOM2000=42.50\nMaking the same world twice changes nothing.",
)
DIRECTORY: Final = Text("mappen med de fem filene", "the directory of the five files")
ITEM_AMOUNT: Final = Text("VARE=BELØP", "ITEM=AMOUNT")
UNIT_COST: Final = Text(
    "hva en vare koster; filene sier det ikke; én gang for hver vare",
    "what an item costs; the files do not say; once for each item",
)
UNIT: Final = Text(
    "enheten det lages i; lages hvis den ikke finnes (ellers: main)",
    "the unit to make it in; made if it is not there (default: main)",
)
CURRENCY: Final = Text(
    "for alle kostnader (ellers: enhetens; USD for en ny enhet)",
    "of all costs (default: the unit's; of a new unit USD)",
)
CHECK: Final = Text("bare les og fortell", "read and report only")
URL: Final = Text("tjenesten (ellers: den på denne maskinen)", "the service (default: this machine's own)")
NO_UNIT_COST: Final = Text(
    "må være VARE=BELØP, som BOLT=12.50, ikke {text}", "must be ITEM=AMOUNT such as BOLT=12.50, got {text}"
)
