"""Which of the two languages a reader wants (RFC 9110, Accept-Language)."""

from collections.abc import Iterator

from domain.language import Language

_LANGUAGES = {"nb": Language.NB, "no": Language.NB, "nn": Language.NB, "en": Language.EN, "*": Language.EN}
_LONGEST_HEADER = 500


def preferred_language(header: str | None) -> Language:
    """The language with the highest weight; the first of equals; English where nothing fits. Never fails."""
    best, best_weight = Language.EN, 0.0
    for tag, weight in _weighted(header or ""):
        language = _LANGUAGES.get(tag.partition("-")[0])
        if language is not None and weight > best_weight:
            best, best_weight = language, weight
    return best


def _weighted(header: str) -> Iterator[tuple[str, float]]:
    for item in header[:_LONGEST_HEADER].split(","):
        tag, _, parameter = item.partition(";")
        name, _, value = parameter.partition("=")
        yield tag.strip().lower(), _weight(value.strip()) if name.strip().lower() == "q" else 1.0


def _weight(text: str) -> float:
    digits = text.replace(".", "", 1)
    return min(float(text), 1.0) if digits.isascii() and digits.isdigit() else 0.0
