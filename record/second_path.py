"""The second way to a root: from the stored entries, put together and hashed by the database.

It reads neither the tree's nodes nor Python's leaf documents, so that a fault in one way shows
in the other. A process keeps the peaks of what it has read; every hour it reads all again.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import connection

from record import tree
from record.models import Checkpoint
from record.queries import read_node

CHUNK = 5_000
REREAD_SECONDS = 3_600
#: Larger records begin at their last checkpoint; `manage.py check_record` reads them whole.
WHOLE_UP_TO = 2_000_000
_LEAVES = """
SELECT l.index, l.leaf_hash, sha256('\\x00'::bytea || record_leaf_bytes(e))
  FROM record_leaf l JOIN record_entry e ON e.id = l.entry_id
 WHERE l.index >= %s AND l.index < %s ORDER BY l.index
"""


class RecordBroken(Exception):
    """Two paths to the root disagree: nothing is signed until somebody has looked."""


@dataclass(slots=True)
class Peaks:
    """The complete subtrees of a growing tree, the largest first, and nothing else of it."""

    size: int = 0
    found: list[tuple[int, bytes]] = field(default_factory=list)

    def add(self, value: bytes) -> None:
        """Append a leaf hash."""
        level = 0
        while self.found and self.found[-1][0] == level:
            value = tree.node_hash(self.found.pop()[1], value)
            level += 1
        self.found.append((level, value))
        self.size += 1

    def root(self) -> bytes:
        """Return the root over all leaves so far."""
        if not self.found:
            return tree.EMPTY_ROOT
        value = self.found[-1][1]
        for _level, left in reversed(self.found[:-1]):
            value = tree.node_hash(left, value)
        return value


@dataclass(slots=True)
class _Kept:
    peaks: Peaks = field(default_factory=Peaks)
    begun_at: float = 0.0


_kept = _Kept()


def leaves_by_the_database(first: int, end: int) -> Iterator[tuple[int, bytes, bytes]]:
    """Yield (index, the leaf hash as stored, as the database computes it from the entry)."""
    for start in range(first, end, CHUNK):
        with connection.cursor() as cursor:
            cursor.execute(_LEAVES, [start, min(start + CHUNK, end)])
            for index, stored, computed in cursor.fetchall():
                yield index, bytes(stored), bytes(computed)


def check_root(last: Checkpoint | None, size: int, root: bytes) -> None:
    """Raise RecordBroken unless the entries as stored lead to the last root and to this one."""
    peaks = _start(last)
    expected = peaks.size
    for index, stored, computed in leaves_by_the_database(peaks.size, size):
        if index != expected:
            raise RecordBroken(f"leaf {expected} is missing")
        if stored != computed:
            raise RecordBroken(f"leaf {index} is not its entry's")
        peaks.add(computed)
        expected += 1
        if last is not None and peaks.size == last.size and peaks.root() != bytes(last.root):
            raise RecordBroken(f"the entries do not lead to the checkpoint of {last.size}")
    if peaks.size != size or peaks.root() != root:
        raise RecordBroken("the root is not that of the leaves")
    _kept.peaks = peaks


def _start(last: Checkpoint | None) -> Peaks:
    """Return a copy of the kept peaks where they are the last checkpoint's; else begin anew."""
    kept, now = _kept.peaks, time.monotonic()
    is_fresh = now - _kept.begun_at < REREAD_SECONDS
    is_last = last is not None and kept.size == last.size and kept.root() == bytes(last.root)
    if is_fresh and is_last:
        return Peaks(kept.size, list(kept.found))
    _kept.begun_at = now
    if last is not None and last.size > WHOLE_UP_TO:
        return _from_nodes(last.size)
    return Peaks()


def _from_nodes(size: int) -> Peaks:
    peaks = Peaks(size)
    start = 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            peaks.found.append((level, read_node(level, start >> level)))
            start += 1 << level
    return peaks
