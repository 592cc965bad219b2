"""Gathers the faults of a file so that a hopeless one stays cheap: the first hundred are kept, all are counted."""

from collections.abc import Mapping, Sequence
from itertools import islice

from imports.cells import Bad
from imports.faults import LIMIT, Fault, FaultyFile, excerpt
from imports.table import Table


class Findings:
    """The faults of one file, handed out in its order."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self.total = 0

    def of(self, table: Table) -> "TableFindings":
        """For the rows that come next; to be given to `add`."""
        return TableFindings(table, room=LIMIT - len(self._faults))

    def add(self, found: "TableFindings") -> None:
        """The faults of the rows that come next."""
        self.total += found.total
        ordered = sorted(found.faults, key=lambda fault: (fault.record, fault.column or 0))
        self._faults += ordered[: LIMIT - len(self._faults)]

    def close(self) -> FaultyFile | None:
        """The first hundred faults by record and column with their total, or None when there are none."""
        return FaultyFile(tuple(self._faults), self.total) if self.total else None


class TableFindings:
    """The faults of a few rows of a file: as many of each kind as there is room for, and how many there are."""

    def __init__(self, table: Table, *, room: int) -> None:
        self.table = table
        self._room = room
        self.faults = [misfit.fault() for misfit in table.misfits[:room]]
        self.total = len(table.misfits)

    def add_column(self, place: int, *, bad: Mapping[bytes, Bad]) -> None:
        """Every cell of the column at `place` that holds one of the bad texts."""
        cells = self.table.columns[place]
        self.add_rows(place, found=[(index, bad[cell]) for index, cell in enumerate(cells) if cell in bad])

    def add_rows(self, place: int, *, found: Sequence[tuple[int, Bad]]) -> None:
        """Faults of whole rows, given as (index, why) in the order of the file, shown in the column at `place`."""
        self.total += len(found)
        self.faults += (self._fault(index, place=place, found=why) for index, why in islice(found, self._room))

    def _fault(self, index: int, *, place: int, found: Bad) -> Fault:
        return Fault(
            line=self.table.lines[index],
            record=self.table.numbers[index],
            column=place + 1,
            heading=self.table.headings.at(place),
            code=found.code,
            excerpt=excerpt(self.table.columns[place][index]),
            facts=found.facts,
        )
