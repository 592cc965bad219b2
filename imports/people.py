"""Person ids made from names, because no report has user ids. Some have e-mail addresses, which say who is who.

The rule, in order (time-exports, section 1, columns 11 to 13; sections 3 and 4 for addresses):
1. A person is first name + last name + mark: the e-mail address where the source has one, else the Employee Id. One
   address is one person, whatever the name says; without case. The id is `first.last` in lower case ASCII: `ase.odegard`.
2. A person who is known already keeps the id they have. A name without mark is the known person of that name
   when there is exactly one; a name with a mark is the known person of that name who has none, or one of the other
   kind (an address does not contradict an Employee Id), when there is exactly one.
3. When two people share a name, the mark decides: it is put behind, `ase.odegard-0107`; the person without one
   keeps the plain id.
4. What is then still taken by someone else (Ase Odegard and Åse Ødegård, or a reserved id such as `admin` or `ad.min`) gets the
   first free number behind: `ase.odegard-2`.

Ids given do not depend on the order of the rows. Names kept as they are; only the id is simplified.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from domain.reserved import reads_like_the_service

ID_LENGTH: Final = 64
_LETTERS: Final = str.maketrans(
    {
        "æ": "ae",
        "ø": "o",
        "œ": "oe",
        "ß": "ss",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ł": "l",
        "ħ": "h",
        "\u0131": "i",
        "ŋ": "n",
        "ŧ": "t",
    }
)


@dataclass(frozen=True, slots=True, order=True)
class Person:
    """Who did the work, as the export names them. `mark` is an address or an Employee Id with its zeros, often empty."""

    first_name: str
    last_name: str
    mark: str = ""

    @property
    def address(self) -> str:
        """The e-mail address without case, empty when the mark is none."""
        return self.mark.strip().casefold() if "@" in self.mark else ""


def make_slug(first_name: str, last_name: str) -> str:
    """`Åse`, `Ødegård` -> `ase.odegard`; a name without Latin letters is `person-` and eight hex digits of its hash."""
    parts = (_simplify(part) for part in (first_name, last_name))
    slug = ".".join(part for part in parts if part)[:ID_LENGTH].strip(".-_")
    if slug:
        return slug
    return f"person-{_digest(f'{first_name} {last_name}')}"


def assign_ids(people: Iterable[Person], *, known: Mapping[Person, str] | None = None) -> dict[Person, str]:
    """An id for everyone in `people`, by the rule above. `known` are the people stored already, with their ids."""
    known = known or {}
    wanted = sorted(set(people))
    at = {person.address: person for person in (*wanted[::-1], *known) if person.address}
    meant = {person: at.get(person.address, person) for person in wanted}
    given = _assign(sorted(set(meant.values())), known=known)
    return {person: given[meant[person]] for person in wanted}


def _assign(wanted: list[Person], *, known: Mapping[Person, str]) -> dict[Person, str]:
    namesakes, rivals = _by_name(known), _by_name(wanted)
    given = {}
    for person in wanted:
        alone = len(rivals[_name(person)]) == 1
        found = _recognise(person, namesakes=namesakes.get(_name(person), []), alone=alone)
        if found:
            given[person] = known[found]
    ids = _Ids(set(known.values()))
    for person in wanted:
        if person not in given:
            others = {*rivals[_name(person)], *namesakes.get(_name(person), [])} - {person}
            given[person] = ids.take(_wish(person, shared=bool(others)))
    return given


class _Ids:
    """Hands out ids that nobody has and that read like nobody of the service, counting on where a wish is taken."""

    def __init__(self, taken: set[str]) -> None:
        self._taken = taken
        self._next: dict[str, int] = {}

    def take(self, wish: str) -> str:
        """`wish`, or `wish-2`, `wish-3` and so on; a long one is cut, because an id is never longer than ID_LENGTH."""
        free = wish
        while free in self._taken or reads_like_the_service(free):
            self._next[wish] = self._next.get(wish, 1) + 1
            number = f"-{self._next[wish]}"
            free = f"{wish[: ID_LENGTH - len(number)]}{number}"
        self._taken.add(free)
        return free


def _recognise(person: Person, *, namesakes: list[Person], alone: bool) -> Person | None:
    """The known person that `person` is; `alone` says that nobody else in the file has the name."""
    if person in namesakes:
        return person
    if not alone or len(namesakes) != 1:
        return None
    contradicts = person.mark and namesakes[0].mark and bool(person.address) == bool(namesakes[0].address)
    return None if contradicts else namesakes[0]


def _wish(person: Person, *, shared: bool) -> str:
    slug = make_slug(person.first_name, person.last_name)
    if not (shared and person.mark):
        return slug
    return f"{slug}-{_simplify(person.mark) or _digest(person.mark)}"[:ID_LENGTH]


def _by_name(people: Iterable[Person]) -> dict[tuple[str, str], list[Person]]:
    groups: dict[tuple[str, str], list[Person]] = {}
    for person in people:
        groups.setdefault(_name(person), []).append(person)
    return groups


def _name(person: Person) -> tuple[str, str]:
    return person.first_name, person.last_name


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _simplify(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", folded.replace("'", "")).strip("-")
