"""The board: batches, statements that equal their entries, updates, corrections."""

import json
import re
from datetime import date, timedelta

import pytest

from claims import services as claim_services
from core.actor import CLOCK
from core.errors import Blocked, NotAllowed, WrongState
from core.zone import start_of_day
from disclosure import services
from disclosure.models import CaseStanding, NoticeEntry, PublicCase, PublicCaseEntry
from disclosure.services.board import LANGUAGES
from disclosure.services.publishing import body_of
from record.models import Entry
from tests.members.world import PLAN
from tests.worlds_disclosure import (
    CANARY,
    OPENS_AT,
    PERIOD,
    STORY,
    SUMMARY,
    DisclosureWorld,
    set_clock,
    sweep_until_quiet,
)

HOUR = timedelta(hours=1)


def on_board(world: DisclosureWorld, count: int = 11) -> list[PublicCase]:
    """That many alike cases on notice and on the board."""
    for _number in range(count):
        world.approved()
    world.open_period()
    world.publish()
    return list(PublicCase.objects.order_by("id"))


def test_ten_cases_wait_with_their_totals_told(world: DisclosureWorld) -> None:
    assert on_board(world, 10) == []
    entry = Entry.objects.get(kind="batch_waiting", subject=PERIOD)
    body = json.loads(entry.body)
    assert (body["cases"], body["waiting"], body["published"]) == (10, 10, 0)
    assert body["aid_cents"] == 10 * 300_000_00
    assert "K-" not in entry.body
    world.approved()
    services.publish_entry(reference=world.approved().reference, actor=CLOCK, now=OPENS_AT + HOUR)
    assert world.publish(OPENS_AT + 2 * HOUR) == 11


def test_a_form_is_fixed_at_first_publication(world: DisclosureWorld) -> None:
    cases = on_board(world, 11)
    forms = {case.class_key for case in cases}
    assert len(forms) == 1
    assert world.publish(OPENS_AT + HOUR) == 0
    assert PublicCase.objects.count() == 11
    case = cases[0]
    assert (case.disease, case.age_band, case.sex) == ("malignant-tumour", "30-39", "male")
    assert (case.province, case.filed, case.amount_cents) == ("430000", "2020-06", 300_000_00)


def test_every_statement_is_the_records_entry(world: DisclosureWorld) -> None:
    for row in PublicCaseEntry.objects.select_related("case", "entry"):
        assert row.entry.subject == row.case.reference
    cases = on_board(world)
    rows = PublicCaseEntry.objects.filter(case__in=cases).select_related("entry")
    assert rows.count() == 11
    for row in rows:
        body = body_of(row)
        assert body["seq"] == 1
        assert body["form"]["amount_cents"] == 300_000_00
        assert body["stage"] == "on_notice"
        assert set(body["finding"]["answers"].values()) == {"met"}


def test_nothing_private_reaches_the_record(world: DisclosureWorld) -> None:
    on_board(world)
    for body in Entry.objects.values_list("body", flat=True):
        for word in (CANARY, STORY, SUMMARY, "湘雅", "长沙", "6222"):
            assert word not in body
        assert re.search(r"\b[CNO]-[0-9A-Z]{4}-[0-9A-Z]{4}|\b1985", body) is None


def test_a_cleared_case_is_told_and_nothing_is_told_twice(world: DisclosureWorld) -> None:
    cases = on_board(world)
    sweep_until_quiet(OPENS_AT + timedelta(days=7, hours=1))
    assert services.update_board(actor=CLOCK, now=OPENS_AT + timedelta(days=7, hours=1)) == 11
    assert services.update_board(actor=CLOCK, now=OPENS_AT + timedelta(days=7, hours=2)) == 0
    stages = set(CaseStanding.objects.values_list("stage", flat=True))
    assert stages == {"cleared"}
    assert PublicCaseEntry.objects.filter(case=cases[0]).count() == 2


def test_an_objection_and_its_answer_appear_on_the_board(world: DisclosureWorld) -> None:
    case = on_board(world)[0]
    entry = NoticeEntry.objects.get(claim=case.claim)
    objection = world.objection(entry)
    services.update_board(actor=CLOCK, now=entry.opens_at + 2 * HOUR)
    told = body_of(case.entries.select_related("entry").order_by("-seq")[0])["objections"]
    assert told == [{"answer": "", "grounds": "undisclosed", "number": 1, "outcome": "open"}]
    world.answer(objection, "dismissed", entry.opens_at + 3 * HOUR)
    services.update_board(actor=CLOCK, now=entry.opens_at + 4 * HOUR)
    told = body_of(case.entries.select_related("entry").order_by("-seq")[0])["objections"]
    assert told[0]["outcome"] == "dismissed"
    assert told[0]["answer"] == "核实后未见加入前的病史。"
    objection = type(objection).objects.get(pk=objection.pk)
    for body in Entry.objects.values_list("body", flat=True):
        assert objection.reference not in body
        assert objection.statement not in body
        assert objection.answer not in body


def test_a_suspended_case_is_told_as_under_review_again(world: DisclosureWorld) -> None:
    case = on_board(world)[0]
    entry = NoticeEntry.objects.get(claim=case.claim)
    objection = world.objection(entry)
    world.answer(objection, "sustained", entry.opens_at + 3 * HOUR)
    services.update_board(actor=CLOCK, now=entry.opens_at + 4 * HOUR)
    standing = CaseStanding.objects.get(case=case)
    assert (standing.stage, standing.objection_count) == ("reopened", 1)


def test_a_withdrawn_case_stays_and_says_so(world: DisclosureWorld) -> None:
    case = on_board(world)[0]
    claimant = world.money.base.actor(case.claim.claimant)
    claim_services.withdraw_claim(
        reference=case.claim.reference, actor=claimant, now=OPENS_AT + HOUR
    )
    services.update_board(actor=CLOCK, now=OPENS_AT + 2 * HOUR)
    standing = CaseStanding.objects.get(case=case)
    assert (standing.stage, standing.result) == ("withdrawn", "withdrawn")
    assert PublicCase.objects.get(pk=case.pk).class_key == case.class_key


def test_denied_cases_are_published_with_the_others(world: DisclosureWorld) -> None:
    denied = world.approved(outcome="deny", is_signed=False)
    claim_services.let_denial_stand(
        reference=denied.reference, actor=CLOCK, now=OPENS_AT + timedelta(days=60)
    )
    world.redact(denied, OPENS_AT + timedelta(days=60))
    cases = on_board(world, 10)
    assert len(cases) == 11
    case = PublicCase.objects.get(claim=denied)
    assert case.class_key == cases[0].class_key
    standing = CaseStanding.objects.get(case=case)
    assert (standing.stage, standing.result) == ("denied", "denied")


def test_a_correction_is_a_later_entry_signed_by_another(world: DisclosureWorld) -> None:
    case = on_board(world)[0]
    at = OPENS_AT + HOUR
    draft = services.prepare_correction(
        reference=case.reference,
        actor=world.reviewer,
        now=at,
        field="finding.summary",
        replacement="病理结果与条款一致；加入前没有病史。",
        reason="原文有歧义。",
    )
    with pytest.raises(NotAllowed):
        services.correct_entry(reference=draft.reference, actor=world.reviewer, now=at)
    row = services.correct_entry(reference=draft.reference, actor=world.reviewer2, now=at)
    with pytest.raises(WrongState):
        services.correct_entry(reference=draft.reference, actor=world.reviewer2, now=at)
    body = body_of(row)
    assert row.corrects is not None
    assert row.corrects.seq == body["correction"]["corrects"] == 1
    assert body["finding"]["summary"] == body["correction"]["after"]
    first = body_of(case.entries.select_related("entry").get(seq=1))
    assert first["finding"]["summary"] == body["correction"]["before"]
    assert CaseStanding.objects.get(case=case).is_corrected
    sweep_until_quiet(OPENS_AT + timedelta(days=7, hours=1))
    services.update_board(actor=CLOCK, now=OPENS_AT + timedelta(days=7, hours=1))
    last = body_of(case.entries.select_related("entry").order_by("-seq")[0])
    assert last["finding"]["summary"] == body["correction"]["after"]
    assert last["stage"] == "cleared"


@pytest.mark.parametrize("field", ["form.age_band", "form.province", "seq", "money.paid_on"])
def test_the_form_is_never_corrected(world: DisclosureWorld, field: str) -> None:
    case = on_board(world)[0]
    with pytest.raises(Blocked) as refusal:
        services.prepare_correction(
            reference=case.reference,
            actor=world.reviewer,
            now=OPENS_AT + HOUR,
            field=field,
            replacement="30-31",
            reason="更准确。",
        )
    assert refusal.value.code == "correction_field"


def test_a_form_without_the_disease_tells_nothing_that_names_it(world: DisclosureWorld) -> None:
    for disease in ("malignant-tumour", "deep-coma", "stroke-sequelae"):
        for _number in range(4):
            world.approved(disease=disease)
    world.open_period()
    assert world.publish() == 0
    later = start_of_day(date(2020, 6, 21))
    services.open_period(key=f"{PLAN}:2020-06-21", actor=CLOCK, now=later)
    published = services.publish_batch(key=f"{PLAN}:2020-06-21", actor=CLOCK, now=later)
    assert len(published) == 12
    for row in PublicCaseEntry.objects.select_related("entry"):
        body = body_of(row)
        assert body["form"]["disease"] == ""
        assert body["finding"] == {}
        assert "deep-coma" not in row.entry.body


def test_search_terms_are_in_both_languages(world: DisclosureWorld) -> None:
    terms = set(on_board(world)[0].terms)
    assert {"肿瘤", "湖南", "hunan", "tumour", "2020-06"} <= terms
    assert LANGUAGES == ("zh-hans", "en")
    set_clock(OPENS_AT)
