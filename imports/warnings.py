"""What is unusual in a file without being wrong: the first hundred are kept, all are counted. Warnings never block."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from imports.faults import LIMIT, RowWarning
from imports.headings import Headings
from imports.report import Row
from imports.source import Source


class Warnings:
    """The warnings of one file, in its order."""

    def __init__(self, source: Source, headings: Headings) -> None:
        self._source = source
        self._headings = headings
        self._rows: list[RowWarning] = []
        self._counts: Counter[str] = Counter()

    def add(self, rows: Sequence[Row]) -> None:
        """Look at more rows of the file."""
        for row in rows:
            for name, code in _unusual(row, source=self._source, places=self._headings.places):
                self._counts[code] += 1
                if len(self._rows) < LIMIT:
                    self._rows.append(self._warning(row, name, code))

    def close(self, *, rows: int, unstated: bool) -> tuple[tuple[RowWarning, ...], Mapping[str, int]]:
        """The first hundred, those of the whole file before those of its rows, and how many there are of each code.

        `unstated` says that neither file nor person tells what is approved.
        """
        whole = list(self._warn_file(rows=rows, unstated=unstated))
        counts = Counter(one.code for one in whole) + self._counts
        return tuple([*whole, *self._rows][:LIMIT]), counts

    def _warning(self, row: Row, name: str, code: str) -> RowWarning:
        place = self._headings.places[name]
        heading = self._headings.at(place)
        return RowWarning(line=row.line, record=row.record, column=place + 1, heading=heading, code=code)

    def _warn_file(self, *, rows: int, unstated: bool) -> Iterator[RowWarning]:
        places, price = self._headings.places, self._source.price
        codes = {
            "no_approval_column": unstated,
            "no_rate": bool(rows) and price is not None and price not in places,
            "no_billable_column": bool(rows) and "billable" not in places,
        }
        for code, given in codes.items():
            if given:
                yield RowWarning(line=1, record=0, column=None, heading=None, code=code)


def _unusual(row: Row, *, source: Source, places: Mapping[str, int]) -> list[tuple[str, str]]:
    """What to warn of in one row, as (normal heading, code), from left to right."""
    found = []
    if source.quantity is not None and not row.quantity:
        found.append((source.quantity, "zero_quantity"))
    if row.invoiced and not row.approved:
        found.append(("invoiced", "invoiced_without_approval"))
    if not row.priced and source.price in places:
        found.append((source.price or "", "no_rate"))
    return found
