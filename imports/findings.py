"""Gathers the faults of a file so that a hopeless one stays cheap: the first hundred are kept, all are counted."""

from collections.abc import Mapping, Sequence
from itertools import islice

from imports.cells import Bad
from imports.faults import LIMIT, Fault, FaultyFile, excerpt
from imports.table import Table


class Findings:
    """The faults of one table, handed out in the order of the file."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._faults = list(table.faults)
        self.total = len(table.faults)

    def add_column(self, place: int, *, bad: Mapping[bytes, Bad]) -> None:
        """Every cell of the column at `place` that holds one of the bad texts."""
        cells = self._table.columns[place]
        hits = [(index, bad[cell]) for index, cell in enumerate(cells) if cell in bad]
        self.total += len(hits)
        self._faults += (self._fault(index, place=place, found=found) for index, found in islice(hits, LIMIT))

    def add_rows(self, place: int, *, found: Sequence[tuple[int, Bad]]) -> None:
        """Faults of whole rows, given as (index, why) in the order of the file, shown in the column at `place`."""
        self.total += len(found)
        self._faults += (self._fault(index, place=place, found=why) for index, why in islice(found, LIMIT))

    def close(self) -> FaultyFile | None:
        """The first hundred faults by record and column with their total, or None when there are none."""
        if not self.total:
            return None
        ordered = sorted(self._faults, key=lambda fault: (fault.record, fault.column or 0))
        return FaultyFile(tuple(ordered[:LIMIT]), self.total)

    def _fault(self, index: int, *, place: int, found: Bad) -> Fault:
        return Fault(
            line=self._table.lines[index],
            record=self._table.numbers[index],
            column=place + 1,
            heading=self._table.headings.at(place),
            code=found.code,
            excerpt=excerpt(self._table.columns[place][index]),
            facts=found.facts,
        )
