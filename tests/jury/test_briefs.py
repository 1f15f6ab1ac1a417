"""The brief: written beside its preview, signed as read, put right before the draw."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from core import clock
from core.actor import Actor
from core.errors import Blocked, NotAllowed, WrongState
from jury import personal_data, services
from jury.brief import question_codes
from jury.brief_page import criteria_tree, shown_brief, shown_terms
from jury.models import Hearing, HearingEvent
from jury.templatetags.jury import with_words, words_in
from members.criteria import AllOf, AnyOf, AtLeast, Criterion
from members.models import Account, Person
from tests.worlds_jury import JuryWorld, run_clock


def _criterion(code: str) -> Criterion:
    return Criterion(code, f"It is {code}.", f"是 {code}。")


def test_a_clause_is_shown_as_nested_lists_in_words() -> None:
    four = tuple(_criterion(code) for code in "bcde")
    tree = AllOf((_criterion("a"), AtLeast(3, four), AnyOf((_criterion("f"), _criterion("g")))))
    with translation.override("en"):
        shown = criteria_tree(tree, {"a": 1, "b": 2})
    assert shown["text"] == "All 3 of these must be met:"
    assert [part["text"] for part in shown["parts"]] == [
        "It is a.",
        "At least 3 of these 4 must be met:",
        "One of these is enough:",
    ]
    assert shown["parts"][0]["number"] == 1
    assert shown["parts"][1]["parts"][0]["number"] == 2
    with translation.override("zh-hans"):
        assert criteria_tree(tree, {})["text"] == "以下 3 项须全部满足："


def test_a_line_of_terms_is_a_word_and_its_meaning() -> None:
    shown = shown_terms("心肌酶：升高的物质\ncoma scale: 15 is awake\nalone\n")
    assert [(one["term"], one["meaning"]) for one in shown] == [
        ("心肌酶", "升高的物质"),
        ("coma scale", "15 is awake"),
        ("alone", ""),
    ]
    assert len({one["anchor"] for one in shown}) == 3


def test_a_word_leads_to_its_meaning_once_and_nothing_is_let_through() -> None:
    terms = shown_terms("Coma: deep\n<b>: x\ncoma scale: points")
    text = with_words("<script> coma scale, Coma, coma\nnext", terms)
    assert text.count('<a class="word"') == 2
    assert '<a class="word" href="#word-3">coma scale</a>' in text
    assert "<script>" not in text
    assert "<br>next" in text
    assert with_words("<i>", []) == "&lt;i&gt;"
    question = {"text": "the COMA scale", "help": "", "claimant_holds": "", "reviewers_hold": ""}
    assert [one["term"] for one in words_in(terms, question)] == ["Coma", "coma scale"]  # type: ignore[index]  # mappings


def test_the_names_of_those_concerned_are_found_in_a_text() -> None:
    assert personal_data.found_in("患者张三 丰入院", {"张三丰"}) == ["name"]
    assert personal_data.found_in("the claimant", {"张三丰"}) == []
    assert personal_data.found_in("138 1234 5678", {"x"}) == ["phone_number"]


pages = pytest.mark.django_db(transaction=True)


def _client(actor: Actor, language: str = "en") -> Client:
    person = Person.objects.get(pk=actor.person_id)
    account, _made = Account.objects.get_or_create(
        person=person, defaults={"username": f"u{person.pk}", "language": language}
    )
    client = Client(headers={"accept-language": language})
    client.force_login(account)
    return client


def _opened(world: JuryWorld) -> Hearing:
    claim = world.disputed_claim()
    hearing = services.open_hearing(
        reference=claim.reference, actor=world.jury_officer, now=clock.now()
    )
    run_clock(1)
    return world.reload(hearing)


def _typed(hearing: Hearing, **more: str) -> dict[str, str]:
    body = {"background": "体检发现肿瘤并手术。", "terms": "病理：在显微镜下看组织。"}
    for index, _code in enumerate(question_codes(hearing.brief), start=1):
        body[f"claimant_holds_{index}"] = "复印件盖有医院公章。"
        body[f"reviewers_hold_{index}"] = "病理报告未见原件。"
    return {**body, **more}


@pages
def test_the_officer_sees_the_preview_beside_the_form_and_saves(world: JuryWorld) -> None:
    hearing = _opened(world)
    officer = _client(world.jury_officer)
    address = reverse("console_prepare_brief", args=[hearing.reference])
    page = officer.get(address).content.decode()
    assert "What the jurors will read" in page
    assert "As saved." in page
    assert "原件在医院档案室" in page, "the claimant's grounds are filled in"
    before = world.reload(hearing).brief
    shown = officer.post(address, {**_typed(hearing), "_preview": "1"})
    assert shown.status_code == 200
    assert "As typed, not saved yet." in shown.content.decode()
    assert '<a class="word" href="#word-1">病理</a>' in shown.content.decode()
    assert world.reload(hearing).brief == before
    assert officer.post(address, _typed(hearing)).status_code == 302
    assert world.reload(hearing).brief["background"] == "体检发现肿瘤并手术。"


@pages
def test_what_names_somebody_is_warned_of_beside_its_field(world: JuryWorld) -> None:
    hearing = _opened(world)
    officer = _client(world.jury_officer)
    address = reverse("console_prepare_brief", args=[hearing.reference])
    name = hearing.claim.claimant.full_name
    answer = officer.post(
        address,
        _typed(hearing, claimant_holds_1=f"{name}认为", reviewers_hold_1="电话 13812345678"),
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "id_claimant_holds_1_error" in page
    assert "This holds a phone number. Remove it." in page
    assert "13812345678" in page, "what was typed stays in the field"
    assert world.reload(hearing).brief_prepared_by_id is None


@pages
def test_the_second_person_signs_what_the_page_showed(world: JuryWorld) -> None:
    hearing = _opened(world)
    who: dict[str, Any] = {"reference": hearing.reference, "now": clock.now()}
    services.prepare_brief(**who, actor=world.jury_officer, **_typed(hearing))
    ombudsman = _client(world.ombudsman)
    address = reverse("console_sign_brief", args=[hearing.reference])
    page = ombudsman.get(address)
    seen = page.context["form"].initial["seen"]
    services.prepare_brief(**who, actor=world.jury_officer, **_typed(hearing, background="另一段"))
    stale = ombudsman.post(address, {"seen": seen})
    assert stale.status_code == 422
    assert world.reload(hearing).brief_signed_by_id is None
    seen = ombudsman.get(address).context["form"].initial["seen"]
    assert ombudsman.post(address, {"seen": seen}).status_code == 302
    assert world.reload(hearing).brief_signed_by_id == world.ombudsman.person_id


@pages
def test_the_claimant_asks_for_a_correction_and_the_brief_is_signed_anew(
    world: JuryWorld,
) -> None:
    hearing = world.preparing_hearing()
    claimant = world.claimant_of(hearing.claim)
    client = _client(claimant)
    shown = client.get(reverse("claimant_hearing", args=[hearing.reference])).content.decode()
    assert "Ask for a correction" in shown
    ask = reverse("claimant_step", args=[hearing.reference, "ask_correction"])
    assert client.post(ask, {"note": ""}).status_code == 422
    assert client.post(ask, {"note": "入院日期写错了"}).status_code == 302
    event = HearingEvent.objects.get(event="ask_correction")
    assert (event.note, event.role) == ("入院日期写错了", "claimant")
    who: dict[str, Any] = {"reference": hearing.reference, "now": clock.now()}
    with pytest.raises(NotAllowed):
        services.ask_correction(**who, actor=world.jurors[0], note="x")
    with pytest.raises(NotAllowed):
        services.reopen_brief(**who, actor=world.ombudsman, note="x")
    services.reopen_brief(**who, actor=world.jury_officer, note="日期")
    assert world.reload(hearing).brief_signed_by_id is None
    world.sign(hearing)
    assert world.reload(hearing).brief_signed_by_id == world.ombudsman.person_id


@pages
def test_a_signed_brief_is_not_written_until_it_is_reopened(world: JuryWorld) -> None:
    hearing = world.preparing_hearing()
    who: dict[str, Any] = {"reference": hearing.reference, "actor": world.jury_officer}
    with pytest.raises(Blocked, match="jury_brief_signed"):
        services.prepare_brief(**who, now=clock.now(), background="别的经过。")
    services.reopen_brief(**who, now=clock.now(), note="经过写错了")
    services.prepare_brief(**who, now=clock.now(), background="别的经过。")
    assert world.reload(hearing).brief["background"] == "别的经过。"


@pages
def test_an_announced_brief_is_fixed(world: JuryWorld) -> None:
    hearing = world.announced_hearing()
    who: dict[str, Any] = {"reference": hearing.reference, "now": clock.now()}
    with pytest.raises(Blocked, match="jury_brief_fixed"):
        services.reopen_brief(**who, actor=world.jury_officer, note="x")
    with pytest.raises(Blocked, match="jury_brief_fixed"):
        services.ask_correction(**who, actor=world.claimant_of(hearing.claim), note="x")


@pages
def test_a_statement_names_nobody_and_comes_before_the_vote(world: JuryWorld) -> None:
    hearing = world.preparing_hearing()
    claimant = world.claimant_of(hearing.claim)
    who: dict[str, Any] = {"reference": hearing.reference, "actor": claimant, "now": clock.now()}
    with pytest.raises(Blocked, match="jury_statement_names"):
        services.add_statement(**who, statement="请打 13812345678")
    services.add_statement(**who, statement="请看入院记录。")
    assert shown_brief(world.reload(hearing))["claimant_statement"] == "请看入院记录。"
    opened = world.open_hearing()
    with pytest.raises(WrongState):
        services.add_statement(
            reference=opened.reference,
            actor=world.claimant_of(opened.claim),
            now=clock.now(),
            statement="x",
        )
