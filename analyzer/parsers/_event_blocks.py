"""Read the records of an event file in windows: scalars by column, all others one by one.

A window is walked from record to record until the scalars repeat; from there on its bytes are read
as a table (``_event_periods``). Walked records of one layout are such a table too. Wherever a
checksum does not hold, or bytes are not a record, ``_tfrecord.next_item`` says what is there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO, NamedTuple

import numpy as np

from analyzer.parsers._checksums import masked_crc
from analyzer.parsers._event_layouts import LONGEST, Layout, Layouts, Scalar, scalar_of
from analyzer.parsers._event_periods import Bytes, Columns, Period
from analyzer.parsers._event_shapes import FEWEST, Mixed, read_shapes
from analyzer.parsers._event_walks import MOST_WALKED, Repeats, Walk, consecutive
from analyzer.parsers._tfrecord import FOOTER, HEADER, Damage, Record, next_item
from analyzer.stats.arrays import Ints

# Bytes that are read at once: few after damage.
_FIRST_WINDOW, _LEAST_WINDOW, _WINDOW = 1 << 18, 1 << 10, 4 << 20
_TABLE = 1 << 19  # bytes of a table: what is made of it stays in the cache of a processor
_LEAST_ROWS = 64  # of a table: each costs something for each of its scalars
_FEWEST_REPEATED = 256  # records that repeat: as above
_FEWEST_KNOWN = 64  # of a period that is known: one table costs about as much as thirty of them
_SEARCHED = 1 << 19  # bytes in which headers are searched for at once
_MOST_LAYOUTS = 16  # of records of one length that are compared as a table
_MOST_PERIODS, _MOST_STARTS = 256, 4  # that are remembered, and those that begin with one layout
_MOST_LENGTHS = 1 << 16  # of records, whose headers are remembered


@dataclass(frozen=True, eq=False)
class Piece:
    """Consecutive whole records of a file, checksums verified.

    ``rest`` has the number within the piece, and the record or scalar, of each in no column.
    """

    count: int
    columns: Sequence[Columns] = ()
    mixed: Sequence[Mixed] = ()
    rest: Sequence[tuple[int, Record | Scalar]] = ()


class _Step(NamedTuple):
    """A piece of a window, where it ends, and whether no record broke it off."""

    piece: Piece
    end: int
    is_whole: bool


class EventBlocks:
    """Reads event files; what is learnt of the first helps with the others."""

    def __init__(self) -> None:
        self._layouts = Layouts()
        self._lengths: dict[bytes, int] = {}  # by header
        self._periods: dict[tuple[Layout, ...], Period] = {}
        self._singles: dict[Layout, Period] = {}
        self._starts: dict[Layout, list[Period]] = {}  # the periods that begin with a layout
        self._with: dict[Layout, Period] = {}  # the last period that has a layout
        self._patience = MOST_WALKED  # records of which a period is expected

    def pieces(self, file: BinaryIO, size: int) -> Iterator[Piece | Damage]:
        """Yield what ``_tfrecord.records`` yields, whole records together in pieces."""
        offset, window = 0, _FIRST_WINDOW
        self._patience = MOST_WALKED
        while offset < size:
            file.seek(offset)
            data = file.read(min(window, size - offset))
            window = min(2 * window, _WINDOW)
            begin, is_whole = offset, True
            for step in self._window(data, offset, offset + len(data) < size):
                offset, is_whole = begin + step.end, step.is_whole
                if step.piece.count:
                    yield step.piece
            if is_whole and offset > begin:
                continue
            file.seek(offset)
            item, offset = next_item(file, offset, size)
            if isinstance(item, Damage):
                window = _LEAST_WINDOW  # in a damaged stretch, little is read in vain
                yield item
            else:
                yield Piece(1, rest=[(0, item)])

    def _window(self, data: bytes, offset: int, is_followed: bool) -> Iterator[_Step]:
        """Yield the pieces of a window, up to a record that does not hold or is cut off."""
        at, end = 0, len(data)
        while True:
            walk = self._walk(data, at, end)
            if walk.is_irregular:
                walk = _searched(walk, data, at)
                self._patience //= 2
            count = len(walk.start)
            piece = self._piece(walk, data, offset)
            at = walk.end
            is_whole = piece.count == count and not walk.is_broken
            yield _Step(piece, at, is_whole)
            if not is_whole or (walk.period is None and not walk.is_irregular):
                return
            if walk.period is None:
                continue
            self._patience = MOST_WALKED
            size, begin = walk.period.size, at
            for rows in _tables(walk.period, data, at):
                columns = walk.period.read(rows)
                count = columns.step.shape[1]
                at += count * size
                yield _Step(Piece(columns.step.size, (columns,)), at, True)
                if count < len(rows):
                    break
            # without a row, one of these records is damaged: they are walked, and no others
            end = len(data) if at > begin else at + size
            if at + size > len(data) and is_followed and at > begin:
                return  # the next window begins with the rest of the period

    def _walk(self, data: bytes, at: int, end: int) -> Walk:
        """Follow the lengths of records up to a period, or to a length that does not hold."""
        starts: list[int] = []
        lengths: list[int] = []
        walk, repeats = Walk(at, starts, lengths), Repeats(self._patience)
        seeks = end == len(data)
        while at + HEADER.size + FOOTER.size <= end:
            start = at + HEADER.size
            header = data[at:start]
            length = self._lengths.get(header)
            if length is None:
                length = self._new_length(header)
            behind = start + length + FOOTER.size
            if length < 0 or behind > end:
                walk.is_broken = length < 0
                break
            layout = None
            if length <= LONGEST:
                layout = self._layouts.find(data[start : start + length])
            if seeks and layout is not None:
                walk.period = self._known(layout, data, at, walk)
                if walk.period is not None:
                    break
            starts.append(start)
            lengths.append(length)
            walk.layout.append(layout)
            walk.end = at = behind
            if repeats.add(len(starts) - 1, layout) and seeks:
                walk.period = self._repeated(walk, repeats.distance, data)
                if walk.period is not None:
                    walk.cut(len(walk.start) - 2 * repeats.distance)
                    break
            if seeks and repeats.is_in_vain:
                walk.is_irregular = True
                break
        return walk

    def _new_length(self, header: bytes) -> int:
        """Return the length that a header gives, -1 if its checksum is wrong."""
        length, length_crc = HEADER.unpack(header)
        if length_crc != masked_crc(header[:8]):
            return -1
        if len(self._lengths) < _MOST_LENGTHS:
            self._lengths[header] = length
        return int(length)

    def _known(self, layout: Layout, data: bytes, at: int, walk: Walk) -> Period | None:
        """Return a known period that begins here, behind a walk, and repeats often enough."""
        if walk.layout and walk.layout[-1] is None:
            self._begin_with(layout)  # what came between two periods has ended
        for period in self._starts.get(layout, ()):
            last = at + (_rows(len(period.layouts), _FEWEST_KNOWN) - 1) * period.size
            if period.matches(data, at) and period.matches(data, last):
                return period
        return None

    def _repeated(self, walk: Walk, distance: int, data: bytes) -> Period | None:
        """Return the period of which the last records of a walk are two, if it repeats often."""
        first = len(walk.start) - 2 * distance
        begin = walk.start[first] - HEADER.size
        end = walk.start[first + distance] - HEADER.size
        last = walk.start[first] + (_rows(distance) - 1) * (end - begin)
        layout = self._layouts.find(data[last : last + walk.length[first]])
        if layout is not walk.layout[first]:
            return None
        layouts = tuple(layout for layout in walk.layout[first : first + distance] if layout)
        return self._period(layouts, data[begin:end])

    def _begin_with(self, layout: Layout) -> None:
        """Remember the last period that has a layout also as one that begins with it."""
        period = self._with.get(layout)
        if period is not None and layout not in self._starts:
            self._period(*period.turned(period.layouts.index(layout)))

    def _period(self, layouts: tuple[Layout, ...], records: bytes) -> Period:
        """Return the period of some layouts."""
        if layouts not in self._periods:
            if len(self._periods) >= _MOST_PERIODS:
                self._periods.clear()
                self._starts.clear()
                self._with.clear()
            period = Period(layouts, records)
            self._periods[layouts] = period
            self._with |= dict.fromkeys(layouts, period)
            starts = self._starts.setdefault(layouts[0], [])
            starts.insert(0, period)
            del starts[_MOST_STARTS:]
        return self._periods[layouts]

    def _piece(self, walk: Walk, data: bytes, offset: int) -> Piece:
        """Return the records of a walk before the first whose checksum is wrong; cut the walk."""
        if len(walk.start) < FEWEST:
            return _few(walk, data, offset)
        start, length = np.asarray(walk.start), np.asarray(walk.length)
        groups = self._groups(walk, data)
        wrong = len(start)
        columns: list[Columns] = []
        rest = groups.pop(None, [])
        for layout, parts in groups.items():
            numbers = np.sort(np.concatenate(parts))
            if len(numbers) < FEWEST or layout is None:
                rest.append(numbers)
                continue
            places = start[numbers] - HEADER.size
            period = self._alone(layout, data, int(places[0]))
            column = period.read(_records(data, period.size)[places])
            if column.step.size < len(numbers):
                wrong = min(wrong, int(numbers[column.step.size]))
            columns.append(replace(column, record=numbers))
        shapes = read_shapes(data, start, length, np.sort(np.concatenate([np.arange(0), *rest])))
        if shapes.wrong is not None:
            wrong = min(wrong, shapes.wrong)
        records: list[tuple[int, Record | Scalar]] = []
        for number in shapes.rest.tolist():
            begin, end = int(start[number]), int(start[number] + length[number])
            payload = data[begin:end]
            (stored,) = FOOTER.unpack_from(data, end)
            if stored != masked_crc(payload):
                wrong = min(wrong, number)
                break
            records.append((number, Record(offset + begin - HEADER.size, payload)))
        if wrong < len(start):
            walk.cut(wrong)
            return self._piece(walk, data, offset)
        return Piece(len(start), columns, shapes.mixed, records)

    def _groups(self, walk: Walk, data: bytes) -> dict[Layout | None, list[Ints]]:
        """Return the numbers of the records of a walk by layout."""
        groups: dict[Layout | None, list[Ints]] = {}
        if walk.layout or not len(walk.start):
            by_layout: dict[Layout | None, list[int]] = {}
            for number, layout in enumerate(walk.layout):
                by_layout.setdefault(layout, []).append(number)
            return {layout: [np.array(numbers)] for layout, numbers in by_layout.items()}
        start, length = np.asarray(walk.start), np.asarray(walk.length)
        order = np.argsort(length, kind="stable")
        lengths, first = np.unique(length[order], return_index=True)
        for size, numbers in zip(lengths.tolist(), np.split(order, first[1:]), strict=True):
            left = numbers
            if size <= LONGEST and len(numbers) >= FEWEST:
                places = start[numbers] - HEADER.size
                rows = _records(data, HEADER.size + size + FOOTER.size)[places]
                left = self._by_layout(rows, numbers, groups)
            groups.setdefault(None, []).append(left)
        return groups

    def _by_layout(
        self, rows: Bytes, numbers: Ints, groups: dict[Layout | None, list[Ints]]
    ) -> Ints:
        """Sort records of one length into groups; return the numbers of those that are left."""
        for _ in range(_MOST_LAYOUTS):
            if len(numbers) < FEWEST:
                break
            first = rows[0].tobytes()
            layout = self._layouts.find(first[HEADER.size : -FOOTER.size])
            if layout is None:
                same = np.arange(len(numbers)) == 0
            else:
                same = self._alone(layout, first, 0).same(rows)
            groups.setdefault(layout, []).append(numbers[same])
            if same.all():
                return numbers[:0]
            numbers, rows = numbers[~same], rows[~same]
        return numbers

    def _alone(self, layout: Layout, data: bytes, at: int) -> Period:
        """Return the period of one layout."""
        if layout not in self._singles:
            end = at + HEADER.size + layout.length + FOOTER.size
            self._singles[layout] = Period((layout,), data[at:end])
        return self._singles[layout]


def _few(walk: Walk, data: bytes, offset: int) -> Piece:
    """Return as ``EventBlocks._piece`` does the records of a walk that are too few for a table."""
    rest: list[tuple[int, Record | Scalar]] = []
    for number, (begin, length) in enumerate(zip(walk.start, walk.length, strict=True)):
        payload = data[begin : begin + length]
        (stored,) = FOOTER.unpack_from(data, begin + length)
        if stored != masked_crc(payload):
            walk.cut(number)
            break
        layout = walk.layout[number] if walk.layout else None
        record = Record(int(offset + begin - HEADER.size), payload)
        rest.append((number, record if layout is None else scalar_of(layout, payload)))
    return Piece(len(rest), rest=rest)


def _searched(walk: Walk, data: bytes, at: int) -> Walk:
    """Return the records from the beginning of a walk on, found by their headers."""
    found = consecutive(data, at, min(at + _SEARCHED, len(data)))
    return found if len(found.start) > len(walk.start) else walk


def _rows(layouts: int, fewest: int = _FEWEST_REPEATED) -> int:
    """Return how often a period must repeat so that a table of it pays."""
    return max(2, -(-fewest // layouts))


def _tables(period: Period, data: bytes, at: int) -> Iterator[Bytes]:
    """Yield the periods from a place on as rows of tables, while the first row is the period."""
    most = max(_LEAST_ROWS, _TABLE // period.size)
    while period.matches(data, at):
        count = _count(period, data, at, min(most, (len(data) - at) // period.size))
        size = count * period.size
        yield np.frombuffer(data, np.uint8, size, at).reshape(count, period.size)
        at += size


def _count(period: Period, data: bytes, at: int, most: int) -> int:
    """Return how many rows a table has up to the first that is not the period, ``most`` at most.

    A few rows are looked at, as in a search in a sorted list: reading the table compares all.
    """
    whole = period.matches(data, at + (most - 1) * period.size)
    low, high = most if whole else 1, most  # it stands in the row before low, may end before high
    while low < high:
        middle = (low + high + 1) // 2
        if period.matches(data, at + (middle - 1) * period.size):
            low = middle
        else:
            high = middle - 1
    return low


def _records(data: bytes, size: int) -> Bytes:
    """Return a view of some bytes with a row for each place: the next bytes of some number."""
    return np.ndarray((len(data) - size + 1, size), np.uint8, data, strides=(1, 1))
