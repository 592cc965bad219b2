"""What two versions of a policy differ in, value by value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

Document = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Changed:
    """A value of a policy as it was and as it is; `field` is its name, after a point where it is inside another. None: it is not there."""

    field: str
    before: object
    after: object


def differences(before: Document, after: Document) -> tuple[Changed, ...]:
    """The values that differ, in the order of the document; of the reason codes each for itself."""
    old, new = dict(_flat(before)), dict(_flat(after))
    names = [*old, *(name for name in new if name not in old)]
    return tuple(Changed(name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name))


def _flat(document: Document, *, above: str = "") -> Iterator[tuple[str, object]]:
    for name, value in document.items():
        if isinstance(value, Mapping):
            yield from _flat(value, above=f"{above}{name}.")
        elif above == "" and name == "reason_codes" and isinstance(value, Sequence):
            yield from ((f"{name}.{one['code']}", one) for one in value)
        else:
            yield f"{above}{name}", value
