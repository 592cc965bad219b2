"""What the doctor says of the key ring: whether there is one, which key encrypts, and who else can read the file."""

from __future__ import annotations

from tilbake.commands.doctor.findings import Finding
from tilbake.settings import Settings
from tilbake.temporal.payload_keys import RingUnusable, open_to_others, read_ring


def encryption(settings: Settings) -> Finding:
    """The finding; ids of keys only."""
    file = settings.payload_keys_file
    if file is None:
        text = "off by these settings: what they start stores its histories in plain JSON (TILBAKE_PAYLOAD_KEYS_FILE, docs/encryption.md)"
        return Finding("Encryption", good=None, text=text)
    try:
        ring = read_ring(file)
        is_open = open_to_others(file)
    except RingUnusable as problem:
        return Finding("Encryption", good=False, text=str(problem))
    except OSError as problem:
        return Finding("Encryption", good=False, text=f"{file}: {problem.strerror}")
    others = ", ".join(id for id in ring.keys if id != ring.first)
    text = f"the key {ring.first} encrypts" + (f"; {others} only decrypt" if others else "")
    text += "; no backup has them, so keep a copy of the file apart"
    if is_open:
        return Finding(
            "Encryption", good=True, warns=True, text=f"{text}; others than its owner can open {file}: chmod 600"
        )
    return Finding("Encryption", good=True, text=text)
