"""Uploads by page: each file taken or refused in words on its own, and nothing lost."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from claims.evidence.limits import MAX_CLAIM_BYTES, MAX_CLAIM_FILES, MAX_FILE_BYTES
from claims.models import Claim, Evidence, EvidenceCheck, EvidenceVersion
from claims.states import State
from core.models import AuditRow
from tests.claims.papers import CHINESE_NAME, add, browser, pdf, photo, upload
from tests.claims.test_evidence_checking import FILES
from tests.worlds import World
from tests.worlds_disclosure import set_clock


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path, world: World) -> Iterator[Path]:
    """Where the files lie; the clock is set back afterwards."""
    settings.EVIDENCE_ROOT = tmp_path / "evidence"
    yield tmp_path / "evidence"
    set_clock(None)


def _page(claim: Claim, kind: str = "identity") -> str:
    return reverse("evidence_add", args=[claim.reference, kind])


def _kept(folder: Path) -> int:
    return sum(1 for path in folder.rglob("*") if path.is_file()) if folder.exists() else 0


def _send(client: Client, url: str, *files: Any, **fields: str) -> Any:
    return client.post(url, {"files": list(files), **fields})


def test_files_with_chinese_names_are_taken_together(world: World, folder: Path) -> None:
    claim, client = world.draft(), None
    client = browser(world, "claimant")
    answer = _send(
        client,
        _page(claim),
        upload(pdf(title="一"), "身份证 正面.pdf"),
        upload(photo(), "身份证（反面）.jpg"),
    )
    assert answer["Location"] == reverse("filing_documents", args=[claim.reference])
    names = set(EvidenceVersion.objects.values_list("file_name", flat=True))
    assert names == {"身份证 正面.pdf", "身份证（反面）.jpg"}
    page = client.get(answer["Location"]).content.decode()
    assert "身份证（反面）.jpg" in page
    assert "2 files were received and checked." in page
    assert _kept(folder) == 2


@pytest.mark.parametrize("name", FILES)
def test_each_refusal_stands_beside_the_field_and_the_other_file_is_kept(
    world: World, folder: Path, name: str
) -> None:
    make, code = FILES[name]
    claim, client = world.draft(), browser(world, "claimant")
    answer = _send(client, _page(claim), upload(make(), "坏文件.pdf"), upload(photo(), "好.jpg"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Some files were not taken; the others are safe" in page
    assert 'href="#id_files"' in page
    assert page.count("坏文件.pdf") >= 2, code
    kept = EvidenceVersion.objects.get()
    assert kept.file_name == "好.jpg"
    assert _kept(folder) == 1


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_choosing_nothing_is_said_in_both_languages(world: World, language: str) -> None:
    answer = browser(world, "claimant", language).post(_page(world.draft()))
    words = {"en": "Choose a file", "zh-hans": "请选择一个文件"}[language]
    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert not Evidence.objects.exists()


def test_a_file_too_big_is_refused_before_it_is_read(world: World, folder: Path) -> None:
    client = browser(world, "claimant")
    answer = _send(client, _page(world.draft()), upload(b"%PDF-" + b"0" * MAX_FILE_BYTES))
    assert "larger than 20 MB" in answer.content.decode()
    assert (answer.status_code, _kept(folder)) == (422, 0)


def test_a_file_sent_again_is_named_and_the_first_is_kept(world: World, folder: Path) -> None:
    claim, data = world.draft(), pdf()
    client = browser(world, "claimant")
    _send(client, _page(claim), upload(data))
    answer = _send(client, _page(claim, "diagnosis"), upload(data, "又一份.pdf"))
    assert "already among the documents" in answer.content.decode()
    assert (answer.status_code, EvidenceVersion.objects.count(), _kept(folder)) == (422, 1, 1)


def test_a_form_sent_three_times_counts_once(world: World, folder: Path) -> None:
    claim, data = world.draft(), pdf()
    client = browser(world, "claimant")
    answers = [
        _send(client, _page(claim), upload(data), idempotency_key="form-1") for _time in range(3)
    ]
    assert [answer.status_code for answer in answers] == [302, 302, 302]
    assert (EvidenceVersion.objects.count(), _kept(folder)) == (1, 1)


def test_a_request_leaves_one_audit_row_however_many_files(world: World) -> None:
    claim, client = world.draft(), browser(world, "claimant")
    before = AuditRow.objects.count()
    _send(client, _page(claim), upload(pdf()), upload(photo(), "好.jpg"))
    assert AuditRow.objects.count() == before + 1
    _send(client, _page(claim), upload(b"hello"))
    assert AuditRow.objects.count() == before + 2


def _also_there(first: EvidenceVersion, number: int, size_bytes: int) -> None:
    """A further version, checked, without bytes on the disk."""
    version = EvidenceVersion.objects.create(
        evidence=first.evidence,
        number=number,
        storage_key=f"{number:032d}",
        digest=f"{number:064d}",
        size_bytes=size_bytes,
        file_name="页.pdf",
        added_by_id=first.added_by_id,
        received_at=first.received_at,
    )
    EvidenceCheck.objects.create(
        version=version,
        outcome="passed",
        media_type="application/pdf",
        pages=1,
        checked_at=first.received_at,
    )


def test_a_claim_holds_only_so_many_files(world: World, folder: Path) -> None:
    claim = world.draft()
    first = add(world, claim, world.claimant, pdf())
    for number in range(2, MAX_CLAIM_FILES + 1):
        _also_there(first, number, 1)
    answer = _send(browser(world, "claimant"), _page(claim, "identity"), upload(photo()))
    assert "at most 60 files" in answer.content.decode()
    assert (answer.status_code, _kept(folder)) == (422, 1)


def test_a_claim_holds_only_so_many_bytes(world: World, folder: Path) -> None:
    claim = world.draft()
    first = add(world, claim, world.claimant, pdf())
    _also_there(first, 2, MAX_CLAIM_BYTES - 100)
    answer = _send(browser(world, "claimant"), _page(claim, "identity"), upload(photo()))
    assert "200 MB together" in answer.content.decode()
    assert (answer.status_code, _kept(folder)) == (422, 1)


def test_a_replacement_is_the_next_version_and_the_first_is_kept(
    world: World, folder: Path
) -> None:
    claim = world.draft()
    first = add(world, claim, world.claimant, pdf(title="一"))
    url = f"{_page(claim)}?replaces={first.evidence.reference}"
    client = browser(world, "claimant")
    page = client.get(url).content.decode()
    assert "becomes the next version of" in page
    assert " multiple" not in page.split('id="id_files"')[1].split(">")[0]
    assert _send(client, url, upload(pdf(title="二"), "清楚的.pdf")).status_code == 302
    assert [row.number for row in EvidenceVersion.objects.order_by("number")] == [1, 2]
    assert _kept(folder) == 2
    two = _send(client, url, upload(pdf(title="三")), upload(pdf(title="四")))
    assert (two.status_code, EvidenceVersion.objects.count()) == (422, 2)


def test_only_ones_own_document_of_the_kind_can_be_replaced(world: World) -> None:
    claim, other = world.draft(), world.draft()
    strange = add(world, other, world.claimant, pdf()).evidence.reference
    client = browser(world, "claimant")
    for reference in (strange, "E-0000-0000", "<script>"):
        url = f"{_page(claim)}?replaces={reference}"
        assert client.get(url).status_code == 404


def test_a_name_loses_its_folders_and_hidden_characters(world: World) -> None:
    claim = world.draft()
    version = add(world, claim, world.claimant, pdf(), name="C:\\我的\\..\\诊断\u202e证明\x07.pdf")
    assert version.file_name == "诊断证明.pdf"
    assert add(world, claim, world.claimant, photo(), name="\u202e").file_name == "file"


@pytest.mark.parametrize("name", ["member", "kin", "reviewer", "finance", "auditor", "admin"])
def test_nobody_else_adds_to_a_draft_or_learns_of_it(world: World, name: str) -> None:
    claim = world.draft()
    client = browser(world, name)
    assert client.get(_page(claim)).status_code == 404
    assert _send(client, _page(claim), upload(pdf())).status_code == 404
    assert not Evidence.objects.exists()


def test_a_reviewer_is_told_that_only_the_claimant_adds(world: World, folder: Path) -> None:
    claim = world.claim_in(State.UNDER_REVIEW)
    for name in ("reviewer", "claimant"):
        answer = _send(browser(world, name), _page(claim, "other"), upload(pdf()))
        assert answer.status_code == 403
        assert "Documents can be added by the claimant" in answer.content.decode()
    assert (Evidence.objects.count(), _kept(folder)) == (0, 0)


def test_a_finding_is_the_investigators_alone(world: World) -> None:
    claim = world.claim_in(State.UNDER_INVESTIGATION)
    sent = browser(world, "investigator")
    assert _send(sent, _page(claim, "finding"), upload(pdf())).status_code == 302
    assert _send(sent, _page(claim, "identity"), upload(photo())).status_code == 403
    claimant = browser(world, "claimant")
    assert _send(claimant, _page(claim, "finding"), upload(photo())).status_code == 403
    assert _send(claimant, _page(claim, "nonsense"), upload(photo())).status_code == 404
    assert Evidence.objects.get().kind == "finding"


def test_a_stranger_signs_in_first_and_nothing_is_stored(world: World, folder: Path) -> None:
    claim = world.draft()
    set_clock(world.now)
    assert Client().get(_page(claim))["Location"].startswith("/accounts/login/")
    answer = _send(Client(), _page(claim), upload(pdf()))
    assert (answer.status_code, _kept(folder)) == (403, 0)


def test_the_page_says_how_far_each_file_has_come(world: World) -> None:
    claim = world.filed()
    version = add(world, claim, world.claimant, pdf())
    page = reverse("my_claim", args=[claim.reference])
    assert "not yet seen by a reviewer" in browser(world, "claimant").get(page).content.decode()
    url = reverse("evidence_file", args=[version.evidence.reference, 1])
    assert browser(world, "reviewer").get(url).status_code == 200
    seen = browser(world, "claimant").get(page).content.decode()
    assert "not yet seen by a reviewer" not in seen
    assert CHINESE_NAME in seen
