"""C2SP tlog-tiles as pure functions: which tiles a tree has, where they lie, what they hold."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from record.sizes import MAX_LEAF_BYTES

WIDTH = 256
_BITS = 8
HASH_BYTES = 32
#: The level by which paths name bundles of entries; they cover the same leaves as level 0.
ENTRIES = -1
_PLACE = re.compile(r"((?:x[0-9]{3}/)*)([0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?\Z")
_LEVEL = re.compile(r"0|[1-9][0-9]?\Z")
_HIGHEST = 63


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """A tile: its level (ENTRIES for a bundle), its place in the level, how wide it is."""

    level: int
    index: int
    width: int = WIDTH

    @property
    def is_full(self) -> bool:
        """Say whether it never grows any more."""
        return self.width == WIDTH

    @property
    def first(self) -> int:
        """Return the place of its first hash among the hashes of its level."""
        return self.index * WIDTH

    @property
    def tree_level(self) -> int:
        """Return the level in the tree of its hashes: those of subtrees of 2^level leaves."""
        return max(self.level, 0) * _BITS

    @property
    def needed_size(self) -> int:
        """Return the smallest tree that has this tile."""
        return (self.first + self.width) << self.tree_level

    def path(self) -> str:
        """Return where it lies below `tile/`."""
        level = "entries" if self.level == ENTRIES else str(self.level)
        partial = "" if self.is_full else f".p/{self.width}"
        return f"{level}/{index_path(self.index)}{partial}"


def index_path(index: int) -> str:
    """Return a tile's number in groups of three digits, all but the last behind an `x`."""
    parts = [f"{index % 1000:03d}"]
    while index >= 1000:
        index //= 1000
        parts.append(f"x{index % 1000:03d}")
    return "/".join(reversed(parts))


def parse_path(level: str, place: str) -> Tile | None:
    """Return the tile that a path names, or None where it is no path of a tile."""
    found = _PLACE.match(place)
    if found is None or not (level == "entries" or _LEVEL.match(level)):
        return None
    above, last, width = found.groups()
    index = int("".join(group[1:] for group in above.split("/") if group) + last)
    tile = Tile(ENTRIES if level == "entries" else int(level), index, int(width or WIDTH))
    is_same = tile.level <= _HIGHEST and tile.path() == f"{level}/{place}"
    return tile if is_same and not (width and tile.is_full) else None


def tiles_of(size: int, since: int = 0) -> Iterator[Tile]:
    """Yield the tiles of a tree that a smaller tree did not have, bundles beside level 0.

    Full tiles that have come since, and the one partial tile at the end of each level.
    """
    level = 0
    while size >> (level * _BITS):
        count, had = size >> (level * _BITS), since >> (level * _BITS)
        for index in range(had // WIDTH, count // WIDTH):
            yield from _with_bundle(level, index, WIDTH)
        if count % WIDTH and count != had:
            yield from _with_bundle(level, count // WIDTH, count % WIDTH)
        level += 1


def _with_bundle(level: int, index: int, width: int) -> Iterator[Tile]:
    yield Tile(level, index, width)
    if level == 0:
        yield Tile(ENTRIES, index, width)


def bundle_of(leaves: Iterable[bytes]) -> bytes:
    """Return entries as one bundle, each behind its length in two bytes."""
    parts: list[bytes] = []
    for leaf in leaves:
        if len(leaf) > MAX_LEAF_BYTES:
            raise ValueError("a leaf is longer than a bundle can tell")
        parts += [len(leaf).to_bytes(2, "big"), leaf]
    return b"".join(parts)


def leaves_of(bundle: bytes) -> list[bytes]:
    """Return the entries of a bundle again; raises ValueError where it is cut off."""
    leaves: list[bytes] = []
    at = 0
    while at < len(bundle):
        end = at + 2 + int.from_bytes(bundle[at : at + 2], "big")
        if at + 2 > len(bundle) or end > len(bundle):
            raise ValueError("the bundle is cut off")
        leaves.append(bundle[at + 2 : end])
        at = end
    return leaves


def hashes_of(tile: bytes) -> Sequence[bytes]:
    """Return the hashes in a tile; raises ValueError where it does not hold whole ones."""
    if not tile or len(tile) % HASH_BYTES or len(tile) > WIDTH * HASH_BYTES:
        raise ValueError("a tile holds 1 to 256 hashes")
    return [tile[at : at + HASH_BYTES] for at in range(0, len(tile), HASH_BYTES)]
