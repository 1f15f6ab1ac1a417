"""`verify`: docs/verify/verify.py on 100,000 leaves, as its reader runs it, and where it goes."""

import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.result import Result
from record.bundle import FORMAT
from record.notes import CheckpointText, Signer
from record.second_path import Peaks
from record.tree import leaf_hash

LEAVES = 100_000
#: One checkpoint for so many entries: a record that publishes in batches, as the board does.
ENTRIES_A_CHECKPOINT = 20
GOAL_SECONDS = 10.0
PROGRAM = Path(__file__).parents[1] / "docs" / "verify" / "verify.py"


def measure(scale: int) -> list[Result]:
    """Check a record of 100,000 × scale entries by the command; the goal grows with the size.

    The limit is to read the same file and hash its entries once, with nothing compared; the
    plain way is the tree of every checkpoint anew from its leaves (twenty measured, the rest
    counted from them). `p99_ms` is what one more checkpoint, its signature, costs.
    """
    size = LEAVES * scale
    entries = [_entry(number) for number in range(size)]
    with tempfile.TemporaryDirectory() as folder:
        many, few = Path(folder) / "many.json", Path(folder) / "few.json"
        _write(many, entries, ENTRIES_A_CHECKPOINT)
        _write(few, entries, size)
        ours, alone = _run(many), _run(few)
        limit = _seconds(lambda: _hash_once(many))
    plain = _plain(entries, size // ENTRIES_A_CHECKPOINT)
    points = size // ENTRIES_A_CHECKPOINT
    each = (ours - alone) / (points - 1) * 1000
    return [
        Result(
            measure="verify",
            unit="s",
            size=size,
            ours=round(ours, 2),
            limit=round(limit, 2),
            plain=round(plain, 1),
            ratio_to_limit=round(ours / limit, 2),
            ratio_to_plain=round(ours / plain, 3),
            p99_ms=round(each, 3),
            goal=f"≤ {GOAL_SECONDS * scale:.0f} s ({points:,} checkpoints; p99: ms for each)",
            met=ours <= GOAL_SECONDS * scale,
        )
    ]


def _entry(number: int) -> str:
    """An entry as long as the demo world's are: a case's statement is about 700 bytes."""
    body = {
        "case": f"K-{number:08d}",
        "finding": {"summary": "病理报告与条款一致，住院记录与诊断日期相符。" * 3},
        "form": {"age_band": "30-39", "amount_cents": 30_000_000, "province": "430000"},
        "plan": "critical-illness",
        "stage": "paid",
        "text": f"{number:064x}" * 3,
    }
    leaf = {
        "body": body,
        "commitment": "",
        "kind": "case_updated",
        "occurred_at": "2026-01-07T00:00:00.000000Z",
        "subject": f"K-{number:08d}",
    }
    return json.dumps(leaf, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _write(path: Path, entries: Sequence[str], step: int) -> None:
    """Sign a checkpoint at every so many entries and write the download."""
    signer = Signer("example.org/board/record", Ed25519PrivateKey.generate())
    peaks, notes, last = Peaks(), [], 0
    for number, text in enumerate(entries, 1):
        peaks.add(leaf_hash(text.encode()))
        if number % step == 0:
            said = CheckpointText(signer.name, number, peaks.root(), "2026-01-07T00:00:00Z", last)
            notes.append(signer.sign(said.text()))
            last = number
    document = {
        "format": FORMAT,
        "keys": [signer.verifier().vkey()],
        "witnesses": [],
        "checkpoints": notes,
        "entries": entries,
    }
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")


def _run(path: Path) -> float:
    began = perf_counter()
    done = subprocess.run(
        [sys.executable, "-I", str(PROGRAM), str(path)], capture_output=True, check=False
    )
    took = perf_counter() - began
    if done.returncode:
        raise RuntimeError(f"verify.py refused the measured record: {done.stderr.decode()}")
    return took


def _seconds(call: object) -> float:
    began = perf_counter()
    assert callable(call)
    call()
    return perf_counter() - began


def _hash_once(path: Path) -> None:
    for text in json.loads(path.read_text("utf-8"))["entries"]:
        hashlib.sha256(text.encode()).digest()


def _plain(entries: Sequence[str], points: int) -> float:
    """Estimate the tree anew for each checkpoint from twenty of them, evenly spread."""
    leaves = [leaf_hash(text.encode()) for text in entries]
    began = perf_counter()
    for turn in range(1, 21):
        peaks = Peaks()
        for leaf in leaves[: len(leaves) * turn // 20]:
            peaks.add(leaf)
    return (perf_counter() - began) / 20 * points
