"""Tiles by the C2SP specification: paths, contents, files that a crash leaves behind."""

import gzip
import hashlib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client

from core import clock
from core.canonical import canonical_json, sha256_hex
from record import tiles, tree
from record.keys import load_or_make_signer
from record.models import Checkpoint, Entry, Leaf
from record.sequencer import sequence_all
from record.tile_files import TilesBroken, is_of_this_record, write_tiles, written_size
from record.tiles import ENTRIES, Tile


@pytest.fixture(autouse=True)
def own_folders(settings: Any, tmp_path: Path) -> None:
    settings.SECRETS_FOLDER = tmp_path / "secrets"
    settings.RECORD_FOLDER = tmp_path / "record"


def grow(*steps: int) -> None:
    """Publish so many entries and sign, step after step."""
    now = clock.now()
    for step in steps:
        with transaction.atomic():
            first = Entry.objects.count()
            bodies = [canonical_json({"n": first + n}).decode() for n in range(step)]
            Entry.objects.bulk_create(
                Entry(
                    kind="test",
                    subject="T",
                    body=body,
                    body_digest=sha256_hex(body.encode()),
                    occurred_at=now,
                )
                for body in bodies
            )
        sequence_all(load_or_make_signer())


@pytest.mark.parametrize(
    ("index", "path"),
    [(0, "000"), (999, "999"), (1000, "x001/000"), (1234067, "x001/x234/067")],
)
def test_a_tile_lies_where_the_specification_says(index: int, path: str) -> None:
    assert Tile(0, index).path() == f"0/{path}"
    assert tiles.parse_path("0", path) == Tile(0, index)
    assert tiles.parse_path("entries", f"{path}.p/7") == Tile(ENTRIES, index, 7)


@pytest.mark.parametrize(
    ("level", "place"),
    [
        ("00", "000"),
        ("64", "000"),
        ("-1", "000"),
        ("x", "000"),
        ("0", "0"),
        ("0", "1000"),
        ("0", "x000/000"),
        ("0", "001/000"),
        ("0", "000.p/0"),
        ("0", "000.p/01"),
        ("0", "000.p/256"),
        ("0", "000.p/"),
        ("0", "000/"),
        ("0", "../000"),
        ("0", "٠٠٠"),
    ],
)
def test_what_is_no_path_of_a_tile_is_refused(level: str, place: str) -> None:
    assert tiles.parse_path(level, place) is None


def test_a_tree_of_70000_has_the_tiles_that_the_specification_counts() -> None:
    found = list(tiles.tiles_of(70_000))
    counted = Counter((one.level, one.width) for one in found)
    assert counted == {
        (0, 256): 273,
        (0, 112): 1,
        (ENTRIES, 256): 273,
        (ENTRIES, 112): 1,
        (1, 256): 1,
        (1, 17): 1,
        (2, 1): 1,
    }
    assert {(1, 1), (0, 256)} == {
        (one.level, one.width) for one in tiles.tiles_of(256) if one.level != ENTRIES
    }


def test_growing_by_any_steps_names_every_tile_once() -> None:
    sizes = [1, 2, 255, 256, 257, 512, 70_000, 70_001]
    stepwise = [
        tile
        for since, size in zip([0, *sizes], sizes, strict=False)
        for tile in tiles.tiles_of(size, since)
    ]
    assert len(stepwise) == len(set(stepwise))
    for size in sizes:
        assert set(tiles.tiles_of(size)) <= set(stepwise)
        assert all(tile.needed_size <= size for tile in tiles.tiles_of(size))


def test_a_bundle_is_read_again_and_a_cut_one_is_refused() -> None:
    leaves = [b"", b"a", b"x" * 65_535]
    assert tiles.leaves_of(tiles.bundle_of(leaves)) == leaves
    with pytest.raises(ValueError):
        tiles.leaves_of(tiles.bundle_of(leaves)[:-1])
    with pytest.raises(ValueError):
        tiles.bundle_of([b"x" * 65_536])


def root_from_files(folder: Path, size: int) -> bytes:
    """The root at a size, as a client of the specification finds it: from partial tiles alone."""

    def hashes(level: int) -> list[bytes]:
        count = size >> (8 * level)
        found: list[bytes] = []
        for index in range(-(-count // 256)):
            width = min(256, count - index * 256)
            path = folder / "tile" / Tile(level, index, width).path()
            if not path.exists():  # the full tile may have come since
                path = folder / "tile" / Tile(level, index).path()
            found += list(tiles.hashes_of(path.read_bytes()))[:width]
        assert len(found) == count
        return found

    leaves = hashes(0)
    above = hashes(1) if size >= 256 else []
    for index, value in enumerate(above):
        assert tree.root_of(leaves[index * 256 : index * 256 + 256]) == value
    return tree.root_of(leaves)


@pytest.mark.django_db
def test_the_files_give_every_checkpoint_its_root_and_every_entry_its_leaf(tmp_path: Path) -> None:
    folder = tmp_path / "tiles"
    for steps in ((1,), (3, 250), (1, 1, 300, 4)):
        grow(*steps)
        write_tiles(folder)
    size = Checkpoint.objects.count() and written_size(folder)
    assert size == Leaf.objects.count() == 560
    for point in Checkpoint.objects.all():
        assert root_from_files(folder, point.size) == bytes(point.root)
    entries = []
    for tile in tiles.tiles_of(size):
        if tile.level == ENTRIES:
            entries += tiles.leaves_of((folder / "tile" / tile.path()).read_bytes())
    made = [hashlib.sha256(b"\0" + entry).digest() for entry in entries]
    assert made == [bytes(leaf.leaf_hash) for leaf in Leaf.objects.order_by("index")]
    assert write_tiles(folder) == 0


@pytest.mark.django_db
def test_partial_tiles_go_when_the_full_one_stands_and_full_ones_are_not_written_again(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "tiles"
    grow(200)
    write_tiles(folder)
    assert (folder / "tile/0/000.p/200").is_file()
    grow(100)
    write_tiles(folder)
    full = folder / "tile/0/000"
    assert not (folder / "tile/0/000.p").exists()
    before = full.stat().st_mtime_ns, full.stat().st_ino
    grow(300)
    write_tiles(folder)
    assert (full.stat().st_mtime_ns, full.stat().st_ino) == before


@pytest.mark.django_db
def test_a_folder_left_by_a_crash_is_continued(tmp_path: Path) -> None:
    folder = tmp_path / "tiles"
    grow(200)
    write_tiles(folder)
    kept = (folder / "checkpoint").read_bytes()
    grow(400)
    write_tiles(folder)
    whole = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    (folder / "checkpoint").write_bytes(kept)
    (folder / "tile/entries/001").unlink()
    (folder / "tile/0/000.p").mkdir()
    (folder / "tile/0/000.p/200").write_bytes(b"left")
    (folder / "tile/0/.002.new.1").write_bytes(b"half")
    write_tiles(folder)
    (folder / "tile/0/.002.new.1").unlink()
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == whole


@pytest.mark.django_db
def test_a_full_tile_that_differs_stops_the_writing(tmp_path: Path) -> None:
    folder = tmp_path / "tiles"
    grow(300)
    write_tiles(folder)
    (folder / "checkpoint").unlink()
    (folder / "tile/0/000").write_bytes(bytes(8192))
    with pytest.raises(TilesBroken, match="is not the tile"):
        write_tiles(folder)


@pytest.mark.django_db
def test_a_folder_of_another_record_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "tiles"
    grow(3)
    write_tiles(folder)
    text = (folder / "checkpoint").read_text()
    (folder / "checkpoint").write_text(text.replace("\n3\n", "\n2\n"))
    assert not is_of_this_record(folder)
    with pytest.raises(TilesBroken, match="another record"):
        write_tiles(folder)
    with pytest.raises(CommandError, match="another record"):
        call_command("export_record", tiles=folder, verbosity=0)


@pytest.mark.django_db
def test_over_http_tiles_are_the_files_and_are_kept_for_ever(
    client: Client, tmp_path: Path
) -> None:
    grow(7, 293)
    call_command("export_record", tiles=tmp_path / "tiles", verbosity=0)
    for path in (tmp_path / "tiles" / "tile").rglob("*"):
        if path.is_file():
            answer = client.get(f"/board/record/{path.relative_to(tmp_path / 'tiles')}")
            assert answer.status_code == 200
            assert answer.content == path.read_bytes()
            assert answer["Content-Type"] == "application/octet-stream"
            assert "immutable" in answer["Cache-Control"]
    partial = client.get("/board/record/tile/0/000.p/7")
    assert partial.content == client.get("/board/record/tile/0/000").content[: 7 * 32]
    packed = client.get("/board/record/tile/entries/000", HTTP_ACCEPT_ENCODING="gzip")
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == (tmp_path / "tiles/tile/entries/000").read_bytes()
    checkpoint = client.get("/board/record/checkpoint")
    assert checkpoint.content == (tmp_path / "tiles/checkpoint").read_bytes()
    assert checkpoint["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "place", ["0/001", "0/001.p/45", "1/000", "2/000.p/1", "entries/001", "9/000", "0/x999/999"]
)
def test_what_no_checkpoint_covers_is_not_found(client: Client, place: str) -> None:
    grow(300)
    assert client.get(f"/board/record/tile/{place}").status_code == 404
