"""The record as static files: tiles, bundles and the newest checkpoint below one folder."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from record import queries
from record.cosignatures import note_of
from record.keys import vkey_lines
from record.models import Checkpoint
from record.notes import CheckpointText
from record.tile_reading import tile_bytes
from record.tiles import Tile, tiles_of

CHECKPOINT = "checkpoint"
KEYS = "keys.txt"
_DRAFT = ".new"
_SIZES_AT_ONCE = 500


class TilesBroken(Exception):
    """A full tile on the disk differs from the tree; it is never written over."""


def tiles_folder() -> Path:
    """Return where the clock keeps the files, for a web server to serve as /board/record/."""
    return Path(settings.RECORD_FOLDER)


def write_tiles(folder: Path, tell: Callable[[int, int], object] | None = None) -> int:
    """Bring a folder up to the newest checkpoint; return how many files were written.

    Every checkpoint since the folder's own gets its partial tiles, then its full ones; the
    checkpoint is written last, so a folder that a crash left behind is simply continued. Full
    tiles are never written again, partial ones go when their full tile stands. `tell` is
    given the size done so far and the size to reach.
    """
    newest = queries.latest_checkpoint()
    if newest is None:
        return 0
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    size = written_size(folder)
    if not is_of_this_record(folder):
        raise TilesBroken(f"{folder} holds another record, of {size} entries")
    written = 0
    while size < newest.size:
        later = Checkpoint.objects.filter(size__gt=size).order_by("size")
        for point in later[:_SIZES_AT_ONCE]:
            for tile in tiles_of(point.size, size):
                written += _write_tile(folder / "tile" / tile.path(), tile, newest.size)
            size = point.size
            if tell is not None:
                tell(size, newest.size)
    written += _write_if_other(folder / KEYS, vkey_lines().encode())
    return written + _write_if_other(folder / CHECKPOINT, note_of(newest).encode())


def written_size(folder: Path) -> int:
    """Return the size up to which a folder is complete, as its checkpoint tells; 0 for none."""
    said = _written(folder)
    return said.size if said else 0


def is_of_this_record(folder: Path) -> bool:
    """Say whether the folder's checkpoint, if there is one, is one of this record."""
    said = _written(folder)
    return said is None or Checkpoint.objects.filter(size=said.size, root=said.root).exists()


def _written(folder: Path) -> CheckpointText | None:
    try:
        note = (folder / CHECKPOINT).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    return CheckpointText.parse(note.rpartition("\n\n")[0] + "\n")


def _write_tile(path: Path, tile: Tile, size: int) -> int:
    """Write a tile unless it stands; a partial one is left out where its full one comes now."""
    if not tile.is_full:
        is_passing = Tile(tile.level, tile.index).needed_size <= size
        return 0 if is_passing or path.is_file() else write_whole(path, tile_bytes(tile))
    content = tile_bytes(tile)
    if not path.is_file():
        write_whole(path, content)
    elif path.read_bytes() != content:
        raise TilesBroken(f"{path} is not the tile of the tree")
    shutil.rmtree(path.with_name(f"{path.name}.p"), ignore_errors=True)
    return 1


def _write_if_other(path: Path, content: bytes) -> int:
    if path.is_file() and path.read_bytes() == content:
        return 0
    return write_whole(path, content)


def write_whole(path: Path, content: bytes) -> int:
    """Write a file beside its place, bring it to the disk, then give it its name; return 1."""
    path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}{_DRAFT}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    return 1
