"""Documents are read by people with a live duty, logged first, byte for byte as uploaded."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from claims import services
from claims.deadlines import recheck
from claims.evidence import storage
from claims.evidence.access import duty_on
from claims.evidence.checking import check_file
from claims.models import Claim, Evidence, EvidenceAccess, EvidenceCheck, EvidenceVersion
from claims.services.evidence import RECHECK
from claims.states import State
from core.deadlines import due_at, sweep
from core.errors import Blocked, NotAllowed
from members.models import Message
from tests.claims.calls import go_past
from tests.claims.papers import add, browser, pdf, photo, upload
from tests.worlds import World
from tests.worlds_disclosure import set_clock

READERS = ("claimant", "reviewer", "investigator", "jury_officer", "auditor")
OTHERS = ("finance", "ombudsman", "admin", "member", "kin", "investigator2")
# Who reads a claim's documents in which state; the auditor reads them always, with a reason.
MAY_READ = {
    State.DRAFT: {"claimant"},
    State.FILED: {"claimant", "reviewer", "auditor"},
    State.UNDER_INVESTIGATION: {"claimant", "reviewer", "investigator", "auditor"},
    State.UNDER_REVIEW: {"claimant", "reviewer", "auditor"},
    State.UNDER_FINAL_REVIEW: {"claimant", "reviewer", "auditor"},
    State.INFORMATION_REQUESTED: {"claimant", "reviewer", "auditor"},
    State.APPROVED: {"claimant", "reviewer", "auditor"},
    State.DENIED: {"claimant", "reviewer", "auditor"},
    State.DISPUTED: {"claimant", "reviewer", "jury_officer", "auditor"},
    State.IN_HEARING: {"claimant", "jury_officer", "auditor"},
    State.ON_NOTICE: {"claimant", "reviewer", "auditor"},
    State.CLEARED: {"claimant", "reviewer", "auditor"},
}
FOR_OTHERS = {"claimant", "auditor"}


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path, world: World) -> Iterator[Path]:
    """Where the files lie; the clock is set back afterwards."""
    settings.EVIDENCE_ROOT = tmp_path / "evidence"
    yield tmp_path / "evidence"
    set_clock(None)


def _url(version: EvidenceVersion) -> str:
    return reverse("evidence_file", args=[version.evidence.reference, version.number])


def _filed(world: World, data: bytes) -> tuple[Claim, EvidenceVersion]:
    claim = world.filed()
    return claim, add(world, claim, world.claimant, data)


@pytest.mark.parametrize("state", State)
def test_who_reads_in_which_state(world: World, state: str) -> None:
    claim = world.claim_in(state)
    expected = MAY_READ.get(State(state), FOR_OTHERS)
    found = {name for name in (*READERS, *OTHERS) if duty_on(claim, world.actors[name])}
    assert found == expected


def test_the_bytes_come_back_inert_and_as_they_were(world: World) -> None:
    data = pdf(2)
    _claim, version = _filed(world, data)
    answer = browser(world, "reviewer").get(_url(version))
    assert b"".join(answer) == data
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox")
    assert "no-store" in answer["Cache-Control"]


def test_a_read_is_logged_before_the_first_byte_leaves(world: World) -> None:
    _claim, version = _filed(world, pdf())
    answer = browser(world, "reviewer").get(_url(version))
    row = EvidenceAccess.objects.get()
    assert (row.person_id, row.duty) == (world.reviewer.person_id, "reviewer")
    assert b"".join(answer)


@pytest.mark.parametrize("name", OTHERS)
def test_for_whoever_has_no_duty_the_document_does_not_exist(world: World, name: str) -> None:
    _claim, version = _filed(world, pdf())
    assert browser(world, name).get(_url(version)).status_code == 404
    assert not EvidenceAccess.objects.exists()


def test_a_stranger_signs_in_first(world: World) -> None:
    _claim, version = _filed(world, pdf())
    set_clock(world.now)
    assert Client().get(_url(version))["Location"].startswith("/accounts/login/")


def test_an_absent_document_does_not_exist(world: World) -> None:
    claim, version = _filed(world, pdf())
    client = browser(world, "reviewer")
    for reference, number in (("E-0000-0000", 1), (version.evidence.reference, 2)):
        url = reverse("evidence_file", args=[reference, number])
        assert client.get(url).status_code == 404
    assert claim.state == State.FILED


def test_an_auditor_gives_a_reason_that_is_logged(world: World) -> None:
    data = pdf()
    _claim, version = _filed(world, data)
    client = browser(world, "auditor")
    asked = client.get(_url(version))
    assert "Why do you read this document?" in asked.content.decode()
    for wrong in ("", "   ", "坏\u202e人", "长" * 301):
        refused = client.post(_url(version), {"purpose": wrong})
        assert refused.status_code == 422, wrong
    assert not EvidenceAccess.objects.exists()
    given = client.post(_url(version), {"purpose": "年度抽查"})
    assert b"".join(given) == data
    assert EvidenceAccess.objects.get().purpose == "年度抽查"


def test_the_service_asks_an_auditor_too(world: World) -> None:
    _claim, version = _filed(world, pdf())
    with pytest.raises(Blocked):
        services.read_evidence(
            reference=version.evidence.reference,
            number=1,
            purpose=" ",
            actor=world.auditor,
            now=world.now,
        )
    with pytest.raises(NotAllowed):
        services.read_evidence(
            reference=version.evidence.reference,
            number=1,
            purpose="好奇",
            actor=world.finance,
            now=world.now,
        )
    assert not EvidenceAccess.objects.exists()


@pytest.mark.parametrize("change", ["flipped", "shorter", "gone"])
def test_bytes_that_changed_are_not_served_at_all(world: World, folder: Path, change: str) -> None:
    _claim, version = _filed(world, pdf())
    path = storage.path_of(version.storage_key)
    data = path.read_bytes()
    path.chmod(0o600)
    if change == "gone":
        path.unlink()
    else:
        path.write_bytes(data[:-1] if change == "shorter" else bytes([data[0] ^ 1]) + data[1:])
    answer = browser(world, "reviewer").get(_url(version))
    assert answer.status_code == 410
    assert data[5:40] not in answer.content
    assert not EvidenceAccess.objects.exists()


def test_a_file_no_probe_could_look_at_is_kept_apart_and_not_served(
    world: World, settings: Any, tmp_path: Path
) -> None:
    claim = world.filed()
    right = settings.BASE_DIR
    settings.BASE_DIR = tmp_path  # the probe is not there, so it cannot run
    version = add(world, claim, world.claimant, pdf())
    assert version.checks.get().outcome == EvidenceCheck.Outcome.QUARANTINED
    settings.BASE_DIR = right
    answer = browser(world, "reviewer").get(_url(version))
    assert answer.status_code == 422
    assert "has not passed its check yet" in answer.content.decode()
    assert not EvidenceAccess.objects.exists()
    when = due_at(RECHECK, str(version.pk))
    assert when is not None
    sweep(now=when)
    assert version.checks.latest("pk").outcome == EvidenceCheck.Outcome.PASSED
    assert browser(world, "reviewer").get(_url(version)).status_code == 200


def test_a_folder_that_is_not_there_quarantines_too(settings: Any, tmp_path: Path) -> None:
    settings.BASE_DIR = tmp_path / "nowhere"
    path = tmp_path / "file.pdf"
    path.write_bytes(pdf())
    assert check_file(path).unfinished


def test_a_failure_that_comes_later_reaches_the_claimant(
    world: World, settings: Any, tmp_path: Path
) -> None:
    claim = world.filed()
    right, settings.BASE_DIR = settings.BASE_DIR, tmp_path
    version = add(world, claim, world.claimant, b"%PDF-1.7 broken %%EOF", name="坏.pdf")
    settings.BASE_DIR = right
    assert recheck(str(version.pk), world.tick()) == "refused"
    told = Message.objects.get(kind="claims.evidence_refused")
    assert told.person_id == world.claimant.person_id
    page = browser(world, "claimant", "zh-hans").get(reverse("my_claim", args=[claim.reference]))
    words = page.content.decode()
    assert "文件不完整或打不开" in words
    assert f"replaces={version.evidence.reference}" in words
    inbox = browser(world, "claimant", "zh-hans").get(reverse("inbox")).content.decode()
    assert "坏.pdf" in inbox


def test_a_check_of_an_erased_file_ends_quietly(world: World, settings: Any) -> None:
    claim = world.draft()
    right, settings.BASE_DIR = settings.BASE_DIR, settings.EVIDENCE_ROOT.parent
    version = add(world, claim, world.claimant, pdf())
    settings.BASE_DIR = right
    go_past(world, claim)
    report = sweep(now=world.now)
    assert not EvidenceVersion.objects.filter(pk=version.pk).exists()
    assert report.failed == []


def test_a_drafts_documents_are_erased_with_it_rows_and_bytes(
    world: World, folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    claim = world.draft()
    add(world, claim, world.claimant, pdf())
    add(world, claim, world.claimant, photo(), "bank_card")
    assert browser(world, "claimant").get(_url(EvidenceVersion.objects.all()[0])).status_code == 200
    assert sum(path.is_file() for path in folder.rglob("*")) == 2
    go_past(world, claim)
    with django_capture_on_commit_callbacks(execute=True):
        sweep(now=world.now)
    assert not Claim.objects.filter(pk=claim.pk).exists()
    assert not Evidence.objects.exists()
    assert not EvidenceAccess.objects.exists()
    assert sum(path.is_file() for path in folder.rglob("*")) == 0


def test_storage_keys_hold_nothing_of_the_name(world: World, folder: Path) -> None:
    _claim, version = _filed(world, pdf())
    (path,) = (path for path in folder.rglob("*") if path.is_file())
    assert path.name == version.storage_key
    assert all(character in "0123456789abcdef" for character in path.name)
    assert path.stat().st_mode & 0o777 == 0o400


def test_refused_bytes_are_not_kept(world: World, folder: Path) -> None:
    with pytest.raises(Blocked):
        services.receive_file(upload(b"hello"))
    assert not folder.exists() or not [p for p in folder.rglob("*") if p.is_file()]
