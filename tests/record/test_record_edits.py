"""Ten thousand edits of the download, and hundreds of the tables: each is found and named."""

import base64
import importlib.util
import io
import json
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from functools import lru_cache
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.core.management import call_command
from django.db import transaction

from core import clock
from record import queries, tree
from record.checking import RecordCheck
from record.cosignatures import Cosigner, signed_message, text_of, verify_line
from record.keys import load_or_make_signer, published_vkey
from record.models import Checkpoint, Cosignature, Leaf
from record.notes import Verifier
from record.rotation import rotate_key
from record.sequencer import sequence_all
from record.services import append_entry
from tests import databases

pytestmark = pytest.mark.django_db(transaction=True)

VERIFY = Path(settings.BASE_DIR) / "docs" / "verify" / "verify.py"
EDITS, TABLE_EDITS = 10_000, 300
Bundle = dict[str, Any]


@pytest.fixture(autouse=True)
def own_secrets(settings: Any, tmp_path: Path) -> None:
    settings.SECRETS_FOLDER = tmp_path / "secrets"


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    """Some fifty entries under twenty checkpoints, a change of keys, three cosignatures."""
    random = Random(5)
    for step in range(18):
        with transaction.atomic():
            for number in range(random.randint(1, 4)):
                body = {"step": step, "n": number, "字": "公道自在人心", "sum_cents": step * 1000}
                append_entry(kind="test", subject=f"T-{step}", body=body, now=clock.now())
        sequence_all(load_or_make_signer())
        if step == 9:
            rotate_key(now=clock.now())
    for point in Checkpoint.objects.order_by("-size")[:3]:
        cosign(point)
    return exported(tmp_path)


def exported(tmp_path: Path) -> Bundle:
    file = tmp_path / "record.json"
    call_command("export_record", str(file), verbosity=0)
    found: Bundle = json.loads(file.read_text())
    return found


WITNESS = Ed25519PrivateKey.generate()


def cosign(point: Checkpoint) -> None:
    cosigner = Cosigner("witness.example/1", WITNESS.public_key().public_bytes_raw())
    text = text_of(point.note)
    mark = WITNESS.sign(signed_message(text, 1_700_000_000))
    blob = cosigner.key_hash + (1_700_000_000).to_bytes(8, "big") + mark
    line = f"— {cosigner.name} {base64.b64encode(blob).decode()}"
    timestamp = verify_line(cosigner, text, line)
    Cosignature.objects.create(
        checkpoint=point, vkey=cosigner.vkey(), line=line, timestamp=timestamp
    )


@pytest.fixture(scope="module")
def program() -> ModuleType:
    """verify.py as a module; a signature once judged is not judged again."""
    spec = importlib.util.spec_from_file_location("verify_program", VERIFY)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.is_signed = lru_cache(maxsize=4096)(module.is_signed)  # type: ignore[attr-defined] # a pure function
    return module


def verdict(program: ModuleType, bundle: Bundle, vkey: str = "") -> str:
    """What the program says against a bundle; nothing where all of it holds."""
    said = io.StringIO()
    try:
        with redirect_stdout(said):
            keys = dict(map(program.key_of, [vkey] if vkey else bundle["keys"]))
            failures = program.check(bundle, keys, "")
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        return f"FAILS: {error!r}"
    return said.getvalue() if failures else ""


def edit_byte(random: Random, rows: list[str], at: int) -> None:
    data = bytearray(rows[at].encode())
    place = random.randrange(len(data))
    match random.randrange(4):
        case 0:
            data[place] ^= 1 << random.randrange(8)
        case 1:
            data[place] = random.randrange(256)
        case 2:
            del data[place]
        case _:
            data.insert(place, random.randrange(256))
    rows[at] = data.decode("utf-8", "replace")


def drop_row(random: Random, rows: list[str], at: int) -> None:
    del rows[at]


def repeat_row(random: Random, rows: list[str], at: int) -> None:
    rows.insert(at, rows[at])


def swap_row(random: Random, rows: list[str], at: int) -> None:
    other = random.randrange(len(rows))
    rows[at], rows[other] = rows[other], rows[at]


def replace_row(random: Random, rows: list[str], at: int) -> None:
    rows[at] = random.choice(rows)


WAYS: list[Callable[[Random, list[str], int], None]] = [
    *[edit_byte] * 6,
    drop_row,
    repeat_row,
    swap_row,
    replace_row,
]


def is_named(said: str, table: str, at: int, sizes: list[int]) -> bool:
    """Whether the words lead to the place: an entry, a span that holds it, a checkpoint."""
    if table == "entries":
        spans = [(int(a), int(b)) for a, b in re.findall(r"entries (\d+) to (\d+)", said)]
        return any(first <= at <= last for first, last in spans)
    named = {int(number) for number in re.findall(r"\d+", said)}
    return "checkpoint" in said and bool(
        named & {at, *sizes[max(at - 1, 0) : at + 2]} or "do not grow" in said
    )


def test_every_edit_of_the_download_is_found_and_named(bundle: Bundle, program: ModuleType) -> None:
    assert verdict(program, bundle) == ""
    random = Random(20_260_107)
    sizes = [int(note.split("\n")[1]) for note in bundle["checkpoints"]]
    done = 0
    missed, unnamed = [], []
    while done < EDITS:
        table = random.choice(["entries", "checkpoints"])
        rows = list(bundle[table])
        at = random.randrange(len(rows))
        random.choice(WAYS)(random, rows, at)
        if rows == bundle[table]:
            continue
        done += 1
        first = next(
            (
                n
                for n, pair in enumerate(zip(rows, bundle[table], strict=False))
                if pair[0] != pair[1]
            ),
            min(len(rows), len(bundle[table])),
        )
        said = verdict(program, {**bundle, table: rows})
        if not said:
            missed.append((table, at, rows[at : at + 1]))
        elif not is_named(said, table, first, sizes):
            unnamed.append((table, first, said))
    assert missed == []
    assert unnamed == []


def test_every_edit_of_a_key_is_found(bundle: Bundle, program: ModuleType) -> None:
    random = Random(7)
    for table in ("keys", "witnesses"):
        for _edit in range(100):
            rows = list(bundle[table])
            edit_byte(random, rows, random.randrange(len(rows)))
            if [row.strip() for row in rows] != bundle[table]:
                assert verdict(program, {**bundle, table: rows}), rows


def test_who_knows_one_key_follows_to_the_next_and_back(
    bundle: Bundle, program: ModuleType
) -> None:
    new, old = published_vkey(), bundle["keys"][0]
    assert new != old
    assert verdict(program, bundle, old) == ""
    assert verdict(program, bundle, new) == ""
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    assert "nobody known" in verdict(program, bundle, vkey_of(other))


def vkey_of(public: bytes) -> str:
    return Verifier("example.org/board/record", public).vkey()


def test_a_new_key_that_the_old_one_has_not_signed_for_is_not_believed(
    bundle: Bundle, program: ModuleType
) -> None:
    old = bundle["keys"][0]
    place = next(n for n, text in enumerate(bundle["entries"]) if '"key_rotated"' in text)
    notes = list(bundle["checkpoints"])
    at = next(n for n, note in enumerate(notes) if int(note.split("\n")[1]) > place)
    hint = old.split("+")[1]
    head, _, marks = notes[at].rpartition("\n\n")
    kept = [
        line
        for line in marks.splitlines()
        if base64.b64decode(line.split(" ")[2])[:4].hex() != hint
    ]
    notes[at] = head + "\n\n" + "".join(f"{line}\n" for line in kept)
    assert verdict(program, {**bundle, "checkpoints": notes}, old)


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"\xe5\x85\xac", b"\xe5\x85\xff"), (b'"entries":[', b'"entriez":['), (b'",\n"', b'"\n"')],
)
def test_a_few_through_the_command_itself(
    bundle: Bundle, tmp_path: Path, old: bytes, new: bytes
) -> None:
    file = tmp_path / "record.json"
    whole = file.read_bytes()

    def run() -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-I", str(VERIFY), str(file)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    assert run()[0] == 0
    file.write_bytes(whole.replace(old, new, 1))
    code, said = run()
    assert code == 1
    assert "FAILS" in said
    assert "Traceback" not in said


COLUMNS = [
    ("record_entry", "id", "body"),
    ("record_entry", "id", "kind"),
    ("record_entry", "id", "subject"),
    ("record_entry", "id", "body_digest"),
    ("record_leaf", "index", "leaf_hash"),
    ("record_node", "id", "hash"),
    ("record_checkpoint", "id", "root"),
    ("record_checkpoint", "id", "note"),
    ("record_cosignature", "id", "line"),
]


def test_every_edit_of_the_tables_is_found_and_named(bundle: Bundle) -> None:
    assert list(RecordCheck().faults()) == []
    random = Random(11)
    superuser = databases.connect("superuser")
    superuser.autocommit = True
    with superuser.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("ALTER TABLE record_entry DROP CONSTRAINT entry_digest_of_body")
        try:
            for _edit in range(TABLE_EDITS):
                table, key, column = random.choice(COLUMNS)
                cursor.execute(f"SELECT {key}, {column} FROM {table} ORDER BY 1")
                row, value = random.choice(cursor.fetchall())
                is_bytes = not isinstance(value, str)
                data = bytearray(bytes(value) if is_bytes else value.encode())
                data[random.randrange(len(data))] ^= 1
                try:
                    changed: Any = bytes(data) if is_bytes else data.decode()
                except UnicodeDecodeError:
                    continue
                update = f"UPDATE {table} SET {column} = %s WHERE {key} = %s"
                cursor.execute(update, [changed, row])
                assert list(RecordCheck().faults()), (table, column, row, value, changed)
                cursor.execute(update, [value, row])
        finally:
            cursor.execute(
                "ALTER TABLE record_entry ADD CONSTRAINT entry_digest_of_body "
                "CHECK (body_digest = encode(sha256(convert_to(body, 'UTF8')), 'hex')) NOT VALID"
            )
    superuser.close()
    assert list(RecordCheck().faults()) == []


def test_all_pairs_of_checkpoints_are_consistent(bundle: Bundle) -> None:
    leaves = [bytes(leaf.leaf_hash) for leaf in Leaf.objects.order_by("index")]
    points = list(Checkpoint.objects.order_by("size"))
    for second in points:
        assert tree.root_of(leaves[: second.size]) == bytes(second.root)
        for first in points:
            if first.size <= second.size:
                path = queries.consistency_between(first.size, second.size)
                roots = bytes(first.root), bytes(second.root)
                assert tree.verify_consistency(first.size, second.size, *roots, path)
