"""verify.py repeats draws and tallies: a second implementation, no code shared."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.core.management import call_command
from django.db import transaction

from core import clock
from jury.draw import CheckpointRef, combine_seed, commitment_of, draw, number_contribution
from jury.sealing import canonical_ballot, canonical_words, digest_under
from jury.sealing import commitment_of as receipt_of
from record import tree
from record.models import VerificationKey
from record.notes import Signer
from record.queries import latest_checkpoint
from record.sequencer import sequence
from record.services import append_entry

pytestmark = pytest.mark.django_db

VERIFY = Path(settings.BASE_DIR) / "docs" / "verify" / "verify.py"
HEARING = {"hearing": "H-0000-0001", "round": 1}
SECRET = "5e" * 32
ROLL = {"digest": "ab" * 32, "size": 40}


@pytest.fixture
def publish() -> Callable[[str, dict[str, Any]], None]:
    signer = Signer("example.org/board/record", Ed25519PrivateKey.generate())
    VerificationKey.objects.create(vkey=signer.verifier().vkey())

    def act(kind: str, body: dict[str, Any]) -> None:
        with transaction.atomic():
            append_entry(kind=kind, subject="H-0000-0001", body=body, now=clock.now())
        sequence(signer=signer)

    return act


def verify(tmp_path: Path) -> str:
    file = tmp_path / "record.json"
    call_command("export_record", str(file), verbosity=0)
    done = subprocess.run(
        [sys.executable, "-I", str(VERIFY), str(file)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode == 0) == ("0 failures" in done.stdout), done.stderr
    return done.stdout


def announce(publish: Callable[[str, dict[str, Any]], None]) -> None:
    publish("roll_frozen", ROLL | {"roll": "L-1", "plan": "critical", "period": "2020-01-01"})
    publish("seed_committed", HEARING | {"commitment": commitment_of(SECRET, "H-0000-0001", 1)})
    publish(
        "hearing_announced",
        HEARING
        | {
            "roll_digest": ROLL["digest"],
            "roll_size": ROLL["size"],
            "panel_size": 9,
            "draw_after": clock.now().isoformat(),
        },
    )


def panel(**changes: Any) -> dict[str, Any]:
    point = latest_checkpoint()
    assert point is not None
    where = CheckpointRef("example.org/board/record", point.size, bytes(point.root).hex())
    contribution = number_contribution(42)
    seed = combine_seed(SECRET, where, contribution)
    steps = draw(
        hearing="H-0000-0001",
        round_number=1,
        seed=seed,
        roll_size=40,
        seats=9,
        reason_for=lambda number: "conflict" if number % 5 == 0 else "",
    )
    return (
        HEARING
        | {
            "roll": ROLL,
            "secret": SECRET,
            "checkpoint": {"size": where.size, "root": where.root, "origin": where.origin},
            "contribution": contribution,
            "claimant_number": "42",
            "commitment": commitment_of(SECRET, "H-0000-0001", 1),
            "seed": seed,
            "panel_size": 9,
            "steps": [
                {
                    "counter": step.counter,
                    "number": step.number,
                    "outcome": step.outcome,
                    "reason": step.reason,
                }
                for step in steps
            ],
        }
        | changes
    )


def test_a_true_draw_is_repeated_number_by_number(
    publish: Callable[[str, dict[str, Any]], None], tmp_path: Path
) -> None:
    announce(publish)
    publish("panel_drawn", panel())
    assert "panel_drawn" in verify(tmp_path)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"secret": "5f" * 32}, "committed"),
        ({"seed": "00" * 32}, "three parts"),
        ({"roll": {"digest": "cd" * 32, "size": 40}}, "roll"),
        ({"panel_size": 8}, "size"),
    ],
)
def test_a_draw_made_otherwise_is_found(
    publish: Callable[[str, dict[str, Any]], None],
    tmp_path: Path,
    changes: dict[str, Any],
    words: str,
) -> None:
    announce(publish)
    publish("panel_drawn", panel(**changes))
    said = verify(tmp_path)
    assert "FAILS" in said
    assert words in said


def test_a_juror_put_in_by_hand_is_found(
    publish: Callable[[str, dict[str, Any]], None], tmp_path: Path
) -> None:
    announce(publish)
    body = panel()
    body["steps"][3]["number"] = body["steps"][3]["number"] % 40 + 1
    publish("panel_drawn", body)
    assert "the next number was taken" in verify(tmp_path)


def ballots(votes: str) -> list[dict[str, Any]]:
    made = []
    for number, vote in enumerate(votes):
        nonce = bytes([number]) * 32
        words = canonical_words(reason="条款写得清楚。", notes={}, explanation="")
        text = canonical_ballot(
            hearing="H-0000-0001",
            round_number=1,
            vote={"p": "pay", "d": "deny"}[vote],
            answers={"ecg": "met"},
            words_digest=digest_under(nonce, words),
        )
        made.append(
            {
                "nonce": nonce.hex(),
                "ballot": text.decode(),
                "commitment": receipt_of(nonce, text),
                "words": {"nonce": nonce.hex(), "text": words.decode()},
            }
        )
    made.sort(key=lambda one: str(one["commitment"]))
    for place, one in enumerate(made, start=1):
        one["pseudonym"] = f"J{place}"
    return made


def opened(listed: list[dict[str, Any]]) -> dict[str, Any]:
    return HEARING | {"part": 1, "parts": 1, "ballots": listed}


def tally_of(pay: int, deny: int) -> dict[str, Any]:
    counts = {"met": pay + deny, "not_met": 0, "not_shown": 0}
    return {"pay": pay, "deny": deny, "by_criterion": {"ecg": counts}}


def verdict(listed: list[dict[str, Any]], **changes: Any) -> dict[str, Any]:
    votes = [json.loads(one["ballot"])["vote"] for one in listed]
    return (
        HEARING
        | {
            "count": len(listed),
            "spoiled": 0,
            "root": root(listed),
            "tally": tally_of(votes.count("pay"), votes.count("deny")),
            "found": {"ecg": "met"},
            "not_shown_counts_as": "not_met",
            "words_withheld": "",
            "reasons_shown_from": 5,
            "quorum": 5,
            "threshold": 500,
            "tie": "uphold",
            "basis": "vote",
            "outcome": "overturn" if votes.count("pay") * 2 > len(votes) else "uphold",
        }
        | changes
    )


def root(listed: list[dict[str, Any]]) -> str:
    leaves = [tree.leaf_hash(bytes.fromhex(one["commitment"])) for one in listed]
    return tree.root_of(leaves).hex()


@pytest.mark.parametrize("votes", ["ppppppddd", "pppdddddd", "ppppdddd"])
def test_a_true_verdict_is_counted_again(
    publish: Callable[[str, dict[str, Any]], None], tmp_path: Path, votes: str
) -> None:
    listed = ballots(votes)
    publish("ballots_sealed", HEARING | {"count": len(listed), "root": root(listed)})
    publish("ballots_opened", opened(listed))
    publish("verdict", verdict(listed))
    assert "0 failures" in verify(tmp_path)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"tally": {"pay": 7, "deny": 2, "by_criterion": {}}}, "votes add up"),
        ({"outcome": "uphold"}, "outcome"),
        ({"root": "00" * 32}, "sealed"),
        ({"quorum": 10, "found": {}}, "outcome"),
        ({"found": {"ecg": "not_met"}}, "what was found"),
        ({"words_withheld": "small"}, "words are shown"),
    ],
)
def test_a_verdict_counted_otherwise_is_found(
    publish: Callable[[str, dict[str, Any]], None],
    tmp_path: Path,
    changes: dict[str, Any],
    words: str,
) -> None:
    listed = ballots("ppppppddd")
    publish("ballots_sealed", HEARING | {"count": 9, "root": root(listed)})
    publish("ballots_opened", opened(listed))
    publish("verdict", verdict(listed, **changes))
    said = verify(tmp_path)
    assert "FAILS" in said
    assert words in said


def test_a_ballot_changed_after_sealing_is_found(
    publish: Callable[[str, dict[str, Any]], None], tmp_path: Path
) -> None:
    listed = ballots("ppppppddd")
    publish("ballots_sealed", HEARING | {"count": 9, "root": root(listed)})
    listed[0]["ballot"] = listed[0]["ballot"].replace("not_met", "met").replace("ecg", "egg")
    publish("ballots_opened", opened(listed))
    publish("verdict", verdict(listed))
    assert "opens its receipt" in verify(tmp_path)


def test_words_changed_after_sealing_are_found(
    publish: Callable[[str, dict[str, Any]], None], tmp_path: Path
) -> None:
    listed = ballots("ppppppddd")
    publish("ballots_sealed", HEARING | {"count": 9, "root": root(listed)})
    listed[0]["words"]["text"] = listed[0]["words"]["text"].replace("清楚", "糊涂")
    publish("ballots_opened", opened(listed))
    publish("verdict", verdict(listed))
    assert "the words are those sealed" in verify(tmp_path)
