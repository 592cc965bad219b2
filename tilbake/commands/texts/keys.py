"""What `tilbake keys` says."""

from typing import Final

from domain.language import Text

SHORT: Final = Text(
    "lag og bytt nøklene som krypterer det Temporal lagrer",
    "make and rotate the keys that what Temporal stores is encrypted with",
)
LONG: Final = Text(
    "Lager og bytter nøklene som krypterer det Temporal lagrer.",
    "Makes and rotates the keys that what Temporal stores is encrypted with.",
)
ACT: Final = Text(
    "legg til en nøkkel (new), la en kryptere (use), eller vis id-ene (list)",
    "add a key, let one encrypt, or show the ids",
)
RING: Final = Text("filen som TILBAKE_PAYLOAD_KEYS_FILE nevner", "the file that TILBAKE_PAYLOAD_KEYS_FILE names")
ID: Final = Text("nøkkelens id; en ny får dagen og fire tegn", "id of the key; a new one gets the day and four digits")
EXAMPLES: Final = Text(
    """Filen kan bare leses av eieren. Hver prosess leser den når den starter, så en nøkkel legges til i to steg:

  scripts/tilbake keys new ring.keys          lager filen, eller legger til en nøkkel til slutt, som bare dekrypterer
  (gi filen til alle prosesser, og start dem på nytt)
  scripts/tilbake keys use ring.keys 2026-11-26-5f0c    fra nå av krypterer den
  (gi filen til alle prosesser, og start dem på nytt)
  scripts/tilbake keys list ring.keys         id-ene, den som krypterer først

En nøkkel blir i filen så lenge Temporal har noe som er kryptert med den: docs/encryption.md.
""",
    """The file is readable by its owner only. Every process reads it when it starts, so a key is added in two steps:

  scripts/tilbake keys new ring.keys          makes the file, or adds a key at its end, which decrypts only
  (give the file to every process and restart it)
  scripts/tilbake keys use ring.keys 2026-11-26-5f0c    from now on that one encrypts
  (give the file to every process and restart it)
  scripts/tilbake keys list ring.keys         ids, the one that encrypts first

A key stays in the file for as long as Temporal keeps anything that was encrypted with it: docs/encryption.md.
""",
)
NAME_ONE: Final = Text(
    "Si hvilken nøkkel som skal kryptere: scripts/tilbake keys use FIL ID; keys list viser id-ene.",
    "Name the key that is to encrypt: scripts/tilbake keys use FILE ID; keys list shows the ids.",
)
NOTHING_ELSE: Final = Text(
    "keys list tar en fil og ingenting annet, ikke {id!r}.", "keys list takes a file and nothing else, not {id!r}."
)
NO_SUCH_KEY: Final = Text(
    "{file} har ingen nøkkel med den id-en; scripts/tilbake keys list viser id-ene.",
    "{file} has no key of that id; scripts/tilbake keys list shows the ids.",
)
NOT_WRITTEN: Final = Text("{file} kan ikke skrives ({why}).", "{file} cannot be written ({why}).")
ADDED: Final = Text("{id} er lagt til", "{id} added")
ENCRYPTS: Final = Text("{id} krypterer", "{id} encrypts")
DOES_BOTH: Final = Text("{id} krypterer og dekrypterer", "{id} encrypts and decrypts")
DECRYPTS: Final = Text("{id} dekrypterer", "{id} decrypts")
