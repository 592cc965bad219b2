"""Making anything safe to show: in an error, a log or a JSON Pointer. Nothing here ever raises."""

import re
from collections.abc import Iterable

from domain.plain_text import INVISIBLE

EXCERPT_CHARACTERS = 80
LONGEST_FACT = 500
"""What a refusal names is a caller's own word again, or a list of ours: enough for any id and for what may be chosen from."""

# What must not be shown as it is: control characters, surrogates, bidi controls, separators, non-characters.
UNSHOWABLE = re.compile(f"[\x00-\x1f\x7f-\x9f{INVISIBLE}]")


def showable(text: str) -> str:
    """The text with every character that must not be shown written as an escape."""
    return UNSHOWABLE.sub(lambda found: found.group().encode("unicode_escape").decode("ascii"), text)


def excerpt(value: object, *, most: int = EXCERPT_CHARACTERS) -> str:
    """The start of a hostile value, escaped, at most so many characters and a sign that it was cut; objects and lists are only named."""
    if isinstance(value, dict):
        return "{...}"
    if isinstance(value, (list, tuple, set)):
        return "[...]"
    try:
        text = value if isinstance(value, str) else str(value)
    except Exception:  # noqa: BLE001 - an int may be too long to be written out, and str() of a stranger may do anything
        return f"<{type(value).__name__}>"
    shown = showable(text[:most])
    return shown if len(shown) <= most and len(text) <= most else shown[:most] + "…"


def json_pointer(parts: Iterable[str | int]) -> str:
    """RFC 6901: each part after a slash, with ~ and / written as ~0 and ~1; hostile keys escaped and cut."""
    return "".join("/" + excerpt(part).replace("~", "~0").replace("/", "~1") for part in parts)
