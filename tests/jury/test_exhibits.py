"""Redacted evidence: what is kept of a copy, who signs it, who may read it when."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from claims.evidence import storage
from claims.models import EvidenceAccess
from core import clock
from core.actor import SYSTEM, Actor
from core.errors import Blocked, NotAllowed, WrongState
from jury import services
from jury.exhibits.queries import brief_stamp, content_stamp, waiting
from jury.models import ExhibitAccess, ExhibitPage, Hearing, HearingEvent, JuryExhibit
from members.models import Account, Person
from members.services import grant_role
from tests.worlds_exhibits import (
    add_exhibit,
    drawn_from,
    hearing_with_exhibit,
    look_at,
    picture,
    sign_exhibit,
    unsigned_hearing,
    upload,
)
from tests.worlds_jury import JuryWorld

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    """Where the files lie."""
    settings.EVIDENCE_ROOT = tmp_path / "evidence"
    return tmp_path / "evidence"


def _client(actor: Actor, language: str = "en") -> Client:
    person = Person.objects.get(pk=actor.person_id)
    account, _made = Account.objects.get_or_create(
        person=person, defaults={"username": f"u{person.pk}", "language": language}
    )
    client = Client(headers={"accept-language": language})
    client.force_login(account)
    return client


def _auditor(world: JuryWorld) -> Actor:
    person = world.base.person("auditor")
    grant_role(person_id=person.pk, role="auditor", actor=SYSTEM, now=clock.now(), reason="test")
    return world.base.actor(person, "auditor")


def _files(folder: Path) -> int:
    return sum(1 for path in folder.rglob("*") if path.is_file())


# Adding, changing, signing


def test_an_exhibit_is_signed_by_a_second_person_who_looked_at_both(world: JuryWorld) -> None:
    hearing, version = unsigned_hearing(world)
    exhibit = add_exhibit(world, hearing, version)
    who = {"reference": exhibit.reference, "now": clock.now()}
    assert [one.pk for one in waiting()] == [exhibit.pk]
    with pytest.raises(Blocked) as own:
        services.sign_exhibit(**who, actor=world.jury_officer)
    assert "jury_exhibit_own" in {blocker.code for blocker in own.value.details}
    with pytest.raises(Blocked) as unseen:
        services.sign_exhibit(**who, actor=world.ombudsman)
    codes = {blocker.code for blocker in unseen.value.details}
    assert codes == {"jury_original_unseen", "jury_copy_unseen"}
    with pytest.raises(NotAllowed):
        services.sign_exhibit(**who, actor=world.reviewer)
    look_at(exhibit, world.ombudsman)
    services.sign_exhibit(**who, actor=world.ombudsman, seen=content_stamp(exhibit))
    assert waiting() == []
    assert EvidenceAccess.objects.filter(duty="ombudsman").count() == 1
    events = list(HearingEvent.objects.order_by("-seq").values_list("event", flat=True)[:2])
    assert events == ["sign_exhibit", "add_exhibit"]


def test_a_signature_under_words_changed_meanwhile_is_refused(world: JuryWorld) -> None:
    hearing, version = unsigned_hearing(world)
    exhibit = add_exhibit(world, hearing, version)
    look_at(exhibit, world.ombudsman)
    seen = content_stamp(exhibit)
    who = {"reference": exhibit.reference, "now": clock.now()}
    words = {"label": "另一名称", "question_codes": [], "text": "x"}
    services.change_exhibit(**who, actor=world.jury_officer, **words)
    with pytest.raises(Blocked, match="text_changed"):
        services.sign_exhibit(**who, actor=world.ombudsman, seen=seen)
    assert JuryExhibit.objects.get().signed_by_id is None


def test_a_signed_exhibit_is_changed_by_nobody(world: JuryWorld) -> None:
    hearing, version = unsigned_hearing(world)
    exhibit = sign_exhibit(world, add_exhibit(world, hearing, version))
    with pytest.raises(Blocked, match="jury_exhibit_signed"):
        services.change_exhibit(
            reference=exhibit.reference,
            actor=world.jury_officer,
            now=clock.now(),
            label="y",
            question_codes=[],
            text="y",
        )


def test_the_brief_is_signed_only_with_signed_exhibits_and_as_it_was_read(
    world: JuryWorld,
) -> None:
    hearing, version = unsigned_hearing(world)
    exhibit = add_exhibit(world, hearing, version)
    with pytest.raises(Blocked) as unsigned:
        world.sign(hearing)
    assert "jury_exhibits_unsigned" in {blocker.code for blocker in unsigned.value.details}
    seen = brief_stamp(world.reload(hearing))
    sign_exhibit(world, exhibit)
    second = sign_exhibit(world, add_exhibit(world, hearing, version, pages=1, label="第二份"))
    who = {"reference": hearing.reference, "now": clock.now(), "actor": world.ombudsman}
    with pytest.raises(Blocked, match="text_changed"):
        services.sign_brief(**who, seen=seen)
    services.sign_brief(**who, seen=brief_stamp(world.reload(hearing)))
    with pytest.raises(Blocked, match="jury_brief_signed_exhibits"):
        add_exhibit(world, hearing, version, pages=1)
    services.withdraw_exhibit(
        reference=second.reference, actor=world.jury_officer, now=clock.now(), note="漏遮姓名"
    )
    with pytest.raises(NotAllowed):
        services.read_exhibit(
            reference=second.reference, actor=world.claimant_of(hearing.claim), now=clock.now()
        )


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"text": "电话 13812345678"}, "jury_exhibit_names"),
        ({"question_codes": ["no-such"]}, "jury_exhibit_question"),
        ({"text": "", "pages": 0}, "jury_exhibit_empty"),
    ],
)
def test_what_an_exhibit_must_not_be(world: JuryWorld, words: dict[str, Any], code: str) -> None:
    hearing, version = unsigned_hearing(world)
    with pytest.raises(Blocked, match=code):
        add_exhibit(world, hearing, version, **words)
    assert not JuryExhibit.objects.exists()


def test_another_claims_document_is_no_original(world: JuryWorld) -> None:
    hearing, _version = unsigned_hearing(world)
    _other, foreign = unsigned_hearing(world)
    with pytest.raises(Blocked, match="jury_exhibit_original"):
        add_exhibit(world, hearing, foreign)


# Reading


def _may_read(exhibit: JuryExhibit, actor: Actor, purpose: str = "") -> bool:
    try:
        services.read_exhibit(
            reference=exhibit.reference, actor=actor, now=clock.now(), page=1, purpose=purpose
        )
    except (NotAllowed, Blocked):
        return False
    return True


def test_who_reads_an_exhibit_in_which_state(world: JuryWorld) -> None:
    hearing, version = unsigned_hearing(world)
    exhibit = add_exhibit(world, hearing, version)
    claimant = world.claimant_of(hearing.claim)
    stranger = world.juror()
    auditor = _auditor(world)
    everyone = {
        "claimant": claimant,
        "officer": world.jury_officer,
        "ombudsman": world.ombudsman,
        "reviewer": world.reviewer,
        "stranger": stranger,
        "auditor": auditor,
    }

    def readers(*more: Actor) -> set[str]:
        found = {name for name, actor in everyone.items() if _may_read(exhibit, actor)}
        return found | {"juror" for actor in more if _may_read(exhibit, actor)}

    assert readers() == {"officer", "ombudsman"}, "unsigned: those who prepare and sign"
    sign_exhibit(world, exhibit)
    assert readers() == {"officer", "ombudsman"}, "signed, the brief not yet"
    world.sign(hearing)
    assert readers() == {"claimant", "officer", "ombudsman"}, "signed: the claimant too"
    hearing = drawn_from(world, hearing)
    panel = world.panel(hearing)
    assert readers(panel[0]) == {"claimant", "officer", "ombudsman", "juror"}
    services.decline_seat(reference=hearing.reference, actor=panel[1], now=clock.now())
    assert not _may_read(exhibit, panel[1]), "a seat given up reads nothing"
    hearing = world.open_now(hearing)
    assert readers(world.panel(hearing)[0]) == {"claimant", "officer", "ombudsman", "juror"}
    assert _may_read(exhibit, auditor, "complaint 12")
    juror = world.panel(hearing)[0]
    hearing = world.close(hearing)
    assert hearing.state in {"decided", "void", "extended"}
    if hearing.state == "extended":
        hearing = world.close(hearing)
    assert readers(juror) == set(), "the hearing has ended"


def test_each_read_is_logged_before_bytes_leave_and_changed_bytes_never_do(
    world: JuryWorld,
) -> None:
    hearing, exhibit = hearing_with_exhibit(world)
    claimant = world.claimant_of(hearing.claim)
    client = _client(claimant)
    before = ExhibitAccess.objects.count()
    address = reverse("jury_exhibit_page", args=[exhibit.reference, 1])
    answer = client.get(address)
    body = b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # a stream
    assert answer.status_code == 200
    assert body.startswith(b"\xff\xd8\xff")
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "no-store" in answer.headers["Cache-Control"]
    row = ExhibitAccess.objects.order_by("-pk")[0]
    assert (row.duty, row.page, row.person_id) == ("claimant", 1, claimant.person_id)
    assert ExhibitAccess.objects.count() == before + 1
    page = ExhibitPage.objects.get(exhibit=exhibit, number=1)
    path = storage.path_of(page.storage_key)
    path.chmod(0o600)
    path.write_bytes(body[:-1] + b"x")
    assert client.get(address).status_code == 410
    assert ExhibitAccess.objects.count() == before + 1
    assert client.get(reverse("jury_exhibit_page", args=[exhibit.reference, 9])).status_code == 404


def test_the_text_of_an_exhibit_on_a_ballot_page_is_a_logged_read(world: JuryWorld) -> None:
    hearing, exhibit = hearing_with_exhibit(world)
    hearing = world.open_now(drawn_from(world, hearing))
    juror = world.panel(hearing)[0]
    client = _client(juror)
    page = client.get(reverse("jury_ballot", args=[hearing.reference, "1"])).content.decode()
    assert "8 时：昏迷评分 4 分。" in page
    rows = ExhibitAccess.objects.filter(person_id=juror.person_id)
    assert [(row.duty, row.page) for row in rows] == [("juror", 0)]
    assert exhibit.text


def test_a_void_rounds_exhibits_go_on_signed(world: JuryWorld) -> None:
    hearing, exhibit = hearing_with_exhibit(world)
    services.void_hearing(
        reference=hearing.reference,
        actor=world.jury_officer,
        now=clock.now(),
        reason_code="disturbed",
        note="x",
    )
    following = Hearing.objects.get(replaces=hearing)
    (kept,) = JuryExhibit.objects.filter(hearing=following)
    assert kept.signed_by_id == exhibit.signed_by_id
    assert kept.reference != exhibit.reference
    digests = [list(one.images.values_list("digest", flat=True)) for one in (kept, exhibit)]
    assert digests[0] == digests[1]


# Pages and resources


def test_an_officer_adds_an_exhibit_and_a_second_person_signs_it_on_pages(
    world: JuryWorld,
) -> None:
    hearing, version = unsigned_hearing(world)
    officer, ombudsman = _client(world.jury_officer), _client(world.ombudsman)
    add = reverse("console_exhibit_add", args=[hearing.reference])
    assert officer.get(add).status_code == 200
    body: dict[str, Any] = {
        "evidence": version.evidence.reference,
        "label": "护理记录",
        "text": "",
        "copy": [upload(picture("1")), upload(picture("2"))],
    }
    nothing = officer.post(add, {**body, "copy": [], "label": ""})
    assert nothing.status_code == 422
    named = officer.post(add, {**body, "label": hearing.claim.claimant.full_name})
    assert named.status_code == 422
    assert "names somebody" in named.content.decode()
    html = SimpleUploadedFile("a.jpg", b"<html>")
    wrong = officer.post(add, {**body, "copy": [html]})
    assert wrong.status_code == 422
    assert "护理记录" in wrong.content.decode(), "what was typed stays"
    made = officer.post(add, {**body, "copy": [upload(picture("1")), upload(picture("2"))]})
    exhibit = JuryExhibit.objects.get()
    assert made.headers["Location"] == reverse("console_exhibit", args=[exhibit.reference])
    page = reverse("console_exhibit", args=[exhibit.reference])
    assert "not opened yet" in ombudsman.get(page).content.decode()
    sign = reverse("console_exhibit_step", args=[exhibit.reference, "sign_exhibit"])
    assert ombudsman.post(sign, {}).status_code == 422
    original = ombudsman.get(reverse("console_exhibit_original", args=[exhibit.reference]))
    assert original.headers["Content-Disposition"].startswith("attachment")
    b"".join(original.streaming_content)  # type: ignore[attr-defined]  # a stream
    for number in (1, 2):
        image = ombudsman.get(reverse("jury_exhibit_page", args=[exhibit.reference, number]))
        b"".join(image.streaming_content)  # type: ignore[attr-defined]  # a stream
    seen = content_stamp(exhibit)
    assert seen in ombudsman.get(sign).content.decode()
    assert ombudsman.post(sign, {"seen": seen}).status_code == 302
    assert JuryExhibit.objects.get().signed_by_id == world.ombudsman.person_id
    for stranger in (world.reviewer, world.claimant_of(hearing.claim)):
        assert _client(stranger).get(page).status_code == 404


def test_an_auditor_gives_a_reason_first(world: JuryWorld) -> None:
    _hearing, exhibit = hearing_with_exhibit(world)
    auditor = _auditor(world)
    client = _client(auditor)
    page = reverse("jury_exhibit", args=[exhibit.reference])
    assert "Why do you read this document?" in client.get(page).content.decode()
    shown = client.get(page, {"purpose": "complaint 12"}).content.decode()
    assert exhibit.text in shown
    row = ExhibitAccess.objects.order_by("-pk")[0]
    assert (row.duty, row.purpose) == ("auditor", "complaint 12")
    image = reverse("jury_exhibit_page", args=[exhibit.reference, 1])
    assert client.get(image).status_code == 404


def test_the_api_lists_adds_signs_and_serves_exhibits(world: JuryWorld) -> None:
    hearing, version = unsigned_hearing(world)
    officer, ombudsman = _client(world.jury_officer), _client(world.ombudsman)
    listing = reverse("api_hearing_exhibits", args=[hearing.reference])
    body = {
        "evidence": version.evidence.reference,
        "label": "护理记录",
        "copy": [upload(picture("1"))],
    }
    made = officer.post(listing, body)
    assert made.status_code == 201, made.content
    reference = made.json()["reference"]
    assert made.headers["Location"] == reverse("api_exhibit", args=[reference])
    assert officer.post(listing, {"label": "x", "nonsense": "y"}).status_code == 400
    exhibit = JuryExhibit.objects.get(reference=reference)
    look_at(exhibit, world.ombudsman)
    sign = reverse("api_exhibit_step", args=[reference, "sign_exhibit"])
    json = {"content_type": "application/json"}
    assert _client(world.reviewer).post(sign, {}, **json).status_code == 404
    signed = ombudsman.post(sign, {"seen": content_stamp(exhibit)}, **json)
    assert signed.json()["is_signed"] is True
    world.sign(hearing)
    claimant = _client(world.claimant_of(hearing.claim))
    (listed,) = claimant.get(listing).json()["results"]
    assert listed["link"] == reverse("api_exhibit", args=[reference])
    assert claimant.get(listed["link"]).json()["label"] == "护理记录"
    assert claimant.get(listed["page_links"][0]).headers["Content-Type"] == "image/jpeg"
    withdraw = reverse("api_exhibit_step", args=[reference, "withdraw_exhibit"])
    assert officer.post(withdraw, {"note": "漏遮"}, **json).json()["is_withdrawn"] is True
    assert claimant.get(listed["link"]).status_code == 404
    again = officer.post(withdraw, {"note": "漏遮"}, **json)
    assert again.status_code == 409


def test_no_form_tells_a_juror_whether_a_name_is_the_claimants(world: JuryWorld) -> None:
    """What a juror posts to the officers' forms must not be compared with names."""
    hearing = world.open_hearing()
    juror = _client(world.panel(hearing)[0])
    name = hearing.claim.claimant.full_name
    json = {"content_type": "application/json"}
    for link, field in (
        (reverse("api_hearing_exhibits", args=[hearing.reference]), "label"),
        (reverse("api_hearing_step", args=[hearing.reference, "prepare_brief"]), "background"),
    ):
        answers = [juror.post(link, {field: f"{guess}的病历"}, **json) for guess in (name, "甲乙")]
        assert answers[0].status_code == answers[1].status_code
        codes = [one.json().get("errors", one.json().get("code")) for one in answers]
        assert codes[0] == codes[1], "the answer confirms the name"


def test_after_the_draw_is_announced_nothing_of_the_papers_changes(world: JuryWorld) -> None:
    hearing, exhibit = hearing_with_exhibit(world)
    hearing = drawn_from(world, hearing)
    with pytest.raises(WrongState):
        services.change_exhibit(
            reference=exhibit.reference,
            actor=world.jury_officer,
            now=clock.now(),
            label="y",
            question_codes=[],
            text="y",
        )
    assert hearing.state == "drawn"
