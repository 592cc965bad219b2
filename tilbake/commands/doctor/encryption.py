"""What the doctor says of the key ring: whether there is one, which key encrypts, and who else can read the file."""

from __future__ import annotations

from tilbake.commands.doctor import texts
from tilbake.commands.doctor.findings import Finding
from tilbake.file_faults import why
from tilbake.language import said
from tilbake.settings import Settings
from tilbake.temporal.payload_keys import RingUnusable, open_to_others, read_ring


def encryption(settings: Settings) -> Finding:
    """The finding; ids of keys only."""
    subject, file = said(texts.ENCRYPTION), settings.payload_keys_file
    if file is None:
        return Finding(subject, good=None, text=said(texts.PLAIN))
    try:
        ring = read_ring(file)
        is_open = open_to_others(file)
    except RingUnusable as problem:
        return Finding(subject, good=False, text=str(problem))
    except OSError as problem:
        return Finding(subject, good=False, text=f"{file}: {why(problem)}")
    others = ", ".join(id for id in ring.keys if id != ring.first)
    text = said(texts.ENCRYPTS, id=ring.first)
    if others:
        text = said(texts.OTHERS_DECRYPT, text=text, others=others)
    text = said(texts.KEEP_APART, text=text)
    if is_open:
        return Finding(subject, good=True, warns=True, text=said(texts.OPEN_TO_OTHERS, text=text, file=file))
    return Finding(subject, good=True, text=text)
