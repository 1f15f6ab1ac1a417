"""Tiles read from the tables, which hold every hash that a tile is made of."""

from record import tiles
from record.models import Leaf, Node
from record.queries import leaf_document
from record.tiles import Tile


def tile_bytes(tile: Tile) -> bytes:
    """Return what a tile holds; the caller knows that the tree is large enough.

    One query. Raises LookupError where hashes are missing.
    """
    end = tile.first + tile.width
    if tile.level == tiles.ENTRIES:
        leaves = Leaf.objects.filter(index__gte=tile.first, index__lt=end)
        found = [leaf_document(leaf.entry) for leaf in leaves.order_by("index").select_related()]
        made = tiles.bundle_of(found)
    else:
        found = _hashes(tile.tree_level, tile.first, end)
        made = b"".join(found)
    if len(found) != tile.width:
        raise LookupError(f"the tree has no tile {tile.path()}")
    return made


def _hashes(level: int, first: int, end: int) -> list[bytes]:
    if level == 0:
        leaves = Leaf.objects.filter(index__gte=first, index__lt=end).order_by("index")
        return [bytes(value) for value in leaves.values_list("leaf_hash", flat=True)]
    nodes = Node.objects.filter(level=level, index__gte=first, index__lt=end).order_by("index")
    return [bytes(value) for value in nodes.values_list("hash", flat=True)]
