"""Whole lives through the production services, then verify.py on the download alone."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction

from core import clock
from disclosure.board_queries import cases_shared
from jury import services as jury_services
from record.keys import load_or_make_signer
from record.models import Entry
from record.sequencer import sequence_all
from record.services import append_entry
from sharing import publishing
from tests.worlds_jury import make_jury_world
from tests.worlds_money import make_money_world

pytestmark = pytest.mark.django_db(transaction=True)

VERIFY = Path(settings.BASE_DIR) / "docs" / "verify" / "verify.py"


@pytest.fixture(autouse=True)
def own_secrets(settings: Any, tmp_path: Path) -> None:
    settings.SECRETS_FOLDER = tmp_path / "secrets"


def verified(tmp_path: Path) -> str:
    file = tmp_path / "record.json"
    call_command("export_record", str(file), verbosity=0)
    done = subprocess.run(
        [sys.executable, "-I", str(VERIFY), str(file)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_hearing_from_its_roll_to_its_verdict_is_repeated_from_the_download(
    tmp_path: Path,
) -> None:
    world = make_jury_world()
    hearing = world.drawn_hearing()
    leaving = world.panel(hearing)[0]
    jury_services.decline_seat(reference=hearing.reference, actor=leaving, now=clock.now())
    hearing = world.open_now(world.reload(hearing))
    for place, juror in enumerate(world.panel(hearing)):
        world.cast(hearing, juror, "pay" if place < 6 else "deny")
    world.close(hearing)
    said = verified(tmp_path)
    kinds = set(Entry.objects.values_list("kind", flat=True))
    assert {"roll_frozen", "panel_drawn", "panel_changed", "ballots_sealed", "verdict"} <= kinds
    assert all(kind in said for kind in kinds)


def test_a_round_from_its_lock_to_its_closing_is_added_up_from_the_download(
    tmp_path: Path,
) -> None:
    world = make_money_world()
    world.cleared_claim()
    for _number in range(5):
        world.member()
    world.closed_round()
    sequence_all(load_or_make_signer())
    assert "round_closed" in verified(tmp_path)


def test_a_round_too_large_for_one_leaf_is_divided_and_added_up_from_the_download(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make_money_world()
    for _number in range(6):
        world.cleared_claim()
    for _number in range(5):
        world.member()
    monkeypatch.setattr(publishing, "room_for_body", lambda kind, subject: 300)
    found = world.closed_round()
    monkeypatch.undo()
    sequence_all(load_or_make_signer())
    parts = Entry.objects.filter(subject=found.reference, kind="round_cases").order_by("id")
    assert parts.count() >= 2
    body = json.loads(Entry.objects.get(kind="round_closed").body)
    assert body["cases"] == []
    assert publishing.case_count(body) == 6
    cases = [case["case"] for part in parts for case in json.loads(part.body)["cases"]]
    assert cases_shared(body) == cases
    assert len(set(cases)) == 6
    assert "round_cases" in verified(tmp_path)


def test_no_entry_of_a_whole_life_names_anybody(tmp_path: Path) -> None:
    world = make_money_world()
    claim = world.cleared_claim()
    world.closed_round()
    sequence_all(load_or_make_signer())
    file = tmp_path / "record.json"
    call_command("export_record", str(file), verbosity=0)
    text = file.read_text()
    for private in (claim.reference, claim.covered.full_name, claim.account_holder, claim.story):
        assert private not in text


def test_a_case_that_tells_of_its_hearing_is_read_like_any_other(tmp_path: Path) -> None:
    body = {"case": "K-0000-0001", "hearing": {"outcome": "overturn", "pay": 6}, "round": "R-1"}
    with transaction.atomic():
        append_entry(kind="case_published", subject="K-0000-0001", body=body, now=clock.now())
    sequence_all(load_or_make_signer())
    assert "1 case_published" in verified(tmp_path)
