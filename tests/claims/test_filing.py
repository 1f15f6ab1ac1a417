"""Filing, one question a page: wrong answers stay in the field, right ones are kept."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from claims import services
from claims.filing_tasks import FIELDS
from claims.forms.filing import PAGES
from claims.models import Claim
from claims.states import State
from core.models import AuditRow
from tests.claims.papers import add, browser, pdf, photo
from tests.worlds import DISEASE, IN_WAITING_PERIOD_ON, World
from tests.worlds_disclosure import set_clock

START = "/me/claims/new/"
CARD = "6222020200112230"
ANSWERS: dict[str, dict[str, str]] = {
    "illness": {"disease_code": DISEASE, "accident": "no"},
    "diagnosis": {"first_diagnosed_on": "2020-05-10"},
    "hospital": {
        "hospital_name": "湘雅医院",
        "hospital_level": "3",
        "province": "430000",
        "city": "长沙",
    },
    "story": {"story": "五月十日胸痛入院，诊断为急性心肌梗塞。"},
    "bank": {"account_holder": "张三", "bank_account": "6222 0202-0011 2230"},
}
HIDDEN = "好\u202e坏"
LONG = "长" * 20_000
WRONG: list[tuple[str, dict[str, str], str]] = [
    ("illness", {"disease_code": "", "accident": ""}, "Choose the illness"),
    ("illness", {"disease_code": "nonsense", "accident": "no"}, "of the list"),
    ("illness", {"disease_code": DISEASE, "accident": "maybe"}, "Choose"),
    ("diagnosis", {"first_diagnosed_on": ""}, "Enter the day of the first diagnosis"),
    ("diagnosis", {"first_diagnosed_on": "31.2.2020"}, "for example"),
    ("diagnosis", {"first_diagnosed_on": "2120-01-01"}, "yet to come"),
    ("diagnosis", {"first_diagnosed_on": "1820-01-01"}, "too long ago"),
    ("diagnosis", {"first_diagnosed_on": HIDDEN}, "for example"),
    ("hospital", {**ANSWERS["hospital"], "hospital_name": ""}, "Enter the name of the hospital"),
    ("hospital", {**ANSWERS["hospital"], "hospital_name": HIDDEN}, ""),
    ("hospital", {**ANSWERS["hospital"], "hospital_name": LONG}, ""),
    ("hospital", {**ANSWERS["hospital"], "province": "99"}, ""),
    ("hospital", {**ANSWERS["hospital"], "city": "\x00"}, ""),
    ("story", {"story": ""}, "Describe in a few sentences"),
    ("story", {"story": "疼"}, "Say a little more"),
    ("story", {"story": LONG}, ""),
    ("story", {"story": "胸痛入院，诊断明确。" + HIDDEN}, ""),
    ("bank", {**ANSWERS["bank"], "bank_account": "12"}, "12 to 19 digits"),
    ("bank", {**ANSWERS["bank"], "bank_account": CARD[:-1] + "9"}, "Compare it with the card"),
    ("bank", {**ANSWERS["bank"], "bank_account": "=SUM(A1)"}, "digits"),
    ("bank", {**ANSWERS["bank"], "account_holder": HIDDEN}, ""),
]


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path, world: World) -> Iterator[Path]:
    """Where the files lie; the clock is set back afterwards."""
    settings.EVIDENCE_ROOT = tmp_path / "evidence"
    yield tmp_path / "evidence"
    set_clock(None)


def _fresh(claim: Claim) -> Claim:
    return Claim.objects.get(pk=claim.pk)


def _url(claim: Claim, page: str) -> str:
    return reverse("filing_page", args=[claim.reference, page])


def _empty(world: World) -> Claim:
    return services.start_draft(
        membership_id=world.membership.pk, actor=world.claimant, now=world.tick()
    )


def test_a_claim_is_filed_page_by_page(world: World) -> None:
    client = browser(world, "claimant")
    begun = client.post(START, {"membership": world.membership.reference})
    claim = Claim.objects.get()
    address = begun["Location"]
    assert address == _url(claim, "illness")
    for page, answers in ANSWERS.items():
        assert address == _url(claim, page)
        assert client.get(address).status_code == 200
        answered = client.post(address, answers)
        assert answered.status_code == 302, answered.content.decode()
        address = answered["Location"]
    assert address == reverse("filing_documents", args=[claim.reference])
    assert client.get(address).status_code == 200
    for number, kind in enumerate(("identity", "diagnosis", "medical_record", "bank_card")):
        add(world, claim, world.claimant, pdf(title=str(number)), kind)
    check = reverse("filing_check", args=[claim.reference])
    shown = client.get(check).content.decode()
    assert "Still missing" not in shown
    assert "湘雅医院" in shown
    done = client.post(check, {"declared": "on"})["Location"]
    assert done == reverse("filed", args=[claim.reference])
    assert _fresh(claim).state == State.FILED
    for _time in range(2):
        confirmed = client.get(done).content.decode()
        assert claim.reference in confirmed
        assert "What happens next" in confirmed
    assert client.get(_url(claim, "story"))["Location"] == done


@pytest.mark.parametrize(("page", "answers", "words"), WRONG)
def test_a_wrong_answer_stays_in_its_field_and_nothing_is_written(
    world: World, page: str, answers: dict[str, str], words: str
) -> None:
    claim = _empty(world)
    client = browser(world, "claimant")
    rows = AuditRow.objects.count()
    answer = client.post(_url(claim, page), answers)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert words in shown
    assert 'class="errors"' in shown
    assert "<title>Error:" in shown
    after = _fresh(claim)
    assert all(getattr(after, name, "") in ("", None, False) for name in FIELDS[page])
    assert AuditRow.objects.count() == rows + 1


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("page", PAGES)
def test_every_page_says_what_to_do_in_both_languages(
    world: World, page: str, language: str
) -> None:
    claim = _empty(world)
    shown = browser(world, "claimant", language).post(_url(claim, page), {}).content.decode()
    start = {"en": ("Enter", "Choose", "Describe"), "zh-hans": ("请",)}[language]
    assert any(word in shown.split('class="errors"')[1] for word in start)
    seen = re.sub(r"<[^>]*>", " ", shown).lower()
    for never in ("sorry", "invalid", "this field is required", "系统错误", "抱歉"):
        assert never not in seen


def test_full_width_digits_and_spaces_do_no_harm(world: World) -> None:
    claim = _empty(world)
    client = browser(world, "claimant")
    wide = "６２２２ ０２０２ ００１１ ２２３０"
    assert (
        client.post(
            _url(claim, "bank"), {"account_holder": " 张三 ", "bank_account": wide}
        ).status_code
        == 302
    )
    after = _fresh(claim)
    assert (after.bank_account_last4, after.account_holder) == (CARD[-4:], "张三")
    day = client.post(_url(claim, "diagnosis"), {"first_diagnosed_on": "２０２０年５月１０日"})
    assert day.status_code == 302


def test_what_was_answered_stands_in_the_field_again(world: World) -> None:
    claim = world.draft()
    client = browser(world, "claimant")
    for page, words in (("story", "急性心肌梗塞"), ("hospital", "湘雅医院"), ("bank", "张三")):
        assert words in client.get(_url(claim, page)).content.decode()


def test_a_change_from_the_check_page_returns_straight_there(world: World) -> None:
    claim = world.draft()
    client = browser(world, "claimant")
    check = reverse("filing_check", args=[claim.reference])
    assert f"{_url(claim, 'story')}?return=check" in client.get(check).content.decode()
    answer = client.post(f"{_url(claim, 'story')}?return=check", ANSWERS["story"])
    assert answer["Location"] == check


def test_the_check_page_asks_for_what_is_missing_first(world: World) -> None:
    claim = _empty(world)
    client = browser(world, "claimant")
    check = reverse("filing_check", args=[claim.reference])
    shown = client.get(check).content.decode()
    assert "Something is still needed" in shown
    assert 'name="declared"' not in shown
    answer = client.post(check, {"declared": "on"})
    assert answer.status_code == 422
    assert _fresh(claim).state == State.DRAFT


def test_a_missing_document_is_named_and_keeps_nobody_from_filing(world: World) -> None:
    claim = world.draft()
    client = browser(world, "claimant")
    check = reverse("filing_check", args=[claim.reference])
    shown = client.get(check).content.decode()
    assert "Still missing" in shown
    assert 'name="declared"' in shown
    assert client.post(check, {}).status_code == 422
    assert client.post(check, {"declared": "on"}).status_code == 302
    assert _fresh(claim).state == State.FILED


def test_being_outside_coverage_is_told_with_its_rule_and_no_red_field(world: World) -> None:
    claim = world.draft(first_diagnosed_on=IN_WAITING_PERIOD_ON)
    client = browser(world, "claimant")
    check = reverse("filing_check", args=[claim.reference])
    shown = client.get(check).content.decode()
    assert "The rules may stand against this claim" in shown
    assert "Waiting period" in shown
    assert "field-wrong" not in shown
    assert client.post(check, {"declared": "on"}).status_code == 302
    inside = reverse("filing_check", args=[world.draft().reference])
    assert "The rules may stand" not in client.get(inside).content.decode()


def test_a_page_sent_three_times_counts_once(world: World) -> None:
    client = browser(world, "claimant")
    body = {"membership": world.membership.reference, "idempotency_key": "start-1"}
    answers = [client.post(START, body) for _time in range(3)]
    assert len({answer["Location"] for answer in answers}) == 1
    assert Claim.objects.count() == 1


def test_nobody_files_for_a_stranger(world: World) -> None:
    answer = browser(world, "member").post(START, {"membership": world.membership.reference})
    assert answer.status_code == 422
    assert not Claim.objects.exists()


def test_whoever_has_no_membership_is_told_so(world: World) -> None:
    shown = browser(world, "member").get(START).content.decode()
    assert "there is nothing to file for" in shown
    assert reverse("memberships") in shown


@pytest.mark.parametrize("name", ["member", "kin", "reviewer", "auditor", "admin"])
def test_nobody_else_finds_my_draft(world: World, name: str) -> None:
    claim = world.draft()
    client = browser(world, name)
    pages = [reverse(page, args=[claim.reference]) for page in ("filing", "filed", "filing_check")]
    pages += [reverse("filing_documents", args=[claim.reference]), _url(claim, "story")]
    for page in pages:
        assert client.get(page).status_code == 404, page
    assert client.post(_url(claim, "story"), ANSWERS["story"]).status_code == 404


def test_an_ended_session_loses_nothing_that_was_typed(world: World) -> None:
    claim = world.draft()
    set_clock(world.now)
    stranger = Client(headers={"accept-language": "en"})
    answer = stranger.post(_url(claim, "story"), {"story": "另一段说明，写了很久。"})
    assert answer.status_code == 403
    assert "另一段说明，写了很久。" in answer.content.decode()
    for page in ("filing", "filed", "filing_documents"):
        asked = stranger.get(reverse(page, args=[claim.reference]))
        assert asked["Location"].startswith("/accounts/login/")


def test_the_language_switch_keeps_what_was_typed(world: World) -> None:
    claim = world.draft()
    client = browser(world, "claimant")
    answer = client.post(_url(claim, "story"), {"story": "未保存的说明", "_language": "zh-hans"})
    shown = answer.content.decode()
    assert (answer.status_code, "未保存的说明" in shown) == (200, True)
    assert 'lang="zh-Hans"' in shown
    assert _fresh(claim).story != "未保存的说明"


def test_an_unknown_page_of_a_draft_does_not_exist(world: World) -> None:
    claim = world.draft()
    client = browser(world, "claimant")
    assert client.get(_url(claim, "nonsense")).status_code == 404
    assert client.post(_url(claim, "nonsense"), {}).status_code == 404


def test_the_task_list_colours_only_what_needs_doing(world: World) -> None:
    claim = _empty(world)
    client = browser(world, "claimant")
    tasks = reverse("filing", args=[claim.reference])
    before = client.get(tasks).content.decode().count("tag-not_shown")
    client.post(_url(claim, "story"), ANSWERS["story"])
    add(world, claim, world.claimant, photo())
    after = client.get(tasks).content.decode().count("tag-not_shown")
    assert (before, after) == (6, 5)


def test_filing_speaks_chinese(world: World) -> None:
    claim = world.draft()
    client = browser(world, "claimant", "zh-hans")
    add(world, claim, world.claimant, pdf(), name="诊断证明。pdf")
    pages = [_url(claim, page) for page in PAGES]
    pages += [
        reverse(page, args=[claim.reference])
        for page in ("filing", "filing_documents", "filing_check")
    ]
    for page in [START, *pages]:
        shown = client.get(page).content.decode().split("<main")[1].split("</main>")[0]
        seen = re.sub(r"[CM]-[0-9A-Z]{4}-[0-9A-Z]{4}|<[^>]*>", " ", shown.split(">", 1)[1])
        words = re.findall(r"[A-Za-z]{4,}", seen)
        assert set(words) <= {"JPEG"}, (page, words)
