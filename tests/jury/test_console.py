"""The jury officer's console: what is due, acceptance and turnout, never content."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from core.actor import SYSTEM, Actor
from jury import services
from jury.console_page import way_of
from jury.models import Hearing, Seat
from jury.stages import CONDITIONS, Stage, stage_of
from jury.states import HearingState
from members.models import Account
from members.services import create_account
from tests.worlds_jury import JuryWorld, make_jury_world, run_clock, travel

pytestmark = pytest.mark.django_db(transaction=True)


def _browser(actor: Actor, language: str = "en") -> Client:
    name = f"p{actor.person_id}"
    account = Account.objects.filter(person_id=actor.person_id).first() or create_account(
        username=name, password="demo", person_id=actor.person_id, actor=SYSTEM, now=clock.now()
    )
    client = Client(headers={"accept-language": language})
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _text(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


def test_the_sentence_says_what_there_is_to_do(world: JuryWorld) -> None:
    officer = _browser(world.jury_officer)
    assert "No dispute is before a jury now" in _text(officer.get(reverse("console_hearings")))
    services.open_hearing(
        reference=world.disputed_claim().reference, actor=world.jury_officer, now=clock.now()
    )
    world.drawn_hearing()
    page = _text(officer.get(reverse("console_hearings")))
    assert "1 brief to prepare, 1 panel short of answers" in page
    assert "0 of 9" in page


def test_views_show_their_stage_and_what_is_late_is_marked(world: JuryWorld) -> None:
    officer = _browser(world.jury_officer)
    brief = services.open_hearing(
        reference=world.disputed_claim().reference, actor=world.jury_officer, now=clock.now()
    )
    drawn = world.drawn_hearing()
    url = reverse("console_hearings")
    assert brief.reference in _text(officer.get(url, {"view": "officer"}))
    assert drawn.reference not in _text(officer.get(url, {"view": "officer"}))
    assert drawn.reference in _text(officer.get(url, {"view": "answers"}))
    assert "No hearing here" in _text(officer.get(url, {"view": "overdue"}))
    due = world.reload(brief).due_at
    assert due is not None
    travel(due + timedelta(seconds=1))
    run_clock(2)
    late = _text(officer.get(url, {"view": "overdue"}))
    assert brief.reference in late
    assert "overdue" in late
    hearing_page = _text(officer.get(reverse("console_hearing", args=[brief.reference])))
    assert "The ombudsman has been told" in hearing_page


def test_a_typed_reference_leads_to_its_hearing(world: JuryWorld) -> None:
    hearing = world.preparing_hearing()
    officer = _browser(world.jury_officer)
    found = officer.get(reverse("console_hearings"), {"reference": hearing.reference.lower()})
    assert found["Location"] == reverse("console_hearing", args=[hearing.reference])
    unknown = officer.get(reverse("console_hearings"), {"reference": "H-0000-0000"})
    assert unknown.status_code == 422
    assert "No hearing has this reference" in unknown.content.decode()


def test_the_page_names_nobody_and_tells_nothing_of_the_vote(world: JuryWorld) -> None:
    hearing = world.open_hearing()
    officer = _browser(world.jury_officer)
    url = reverse("console_hearing", args=[hearing.reference])
    world.cast(hearing, world.panel(hearing)[0], "pay")
    pay = _text(officer.get(url))
    assert "1 ballots cast" in pay or "1</dd>" in pay
    for seat in Seat.objects.filter(hearing=hearing).select_related("person"):
        assert seat.person.full_name not in pay
        assert seat.person.reference not in pay


def test_an_officer_replaces_a_juror_from_the_page(world: JuryWorld) -> None:
    hearing = world.drawn_hearing()
    seat = Seat.objects.filter(hearing=hearing).order_by("number")[0]
    officer = _browser(world.jury_officer)
    url = reverse("console_hearing_step", args=[hearing.reference, "replace_juror"])
    form = _text(officer.get(url, {"number": seat.number}))
    assert f'value="{seat.number}"' in form
    empty = officer.post(url, {"number": "", "note": ""})
    assert empty.status_code == 422
    assert "Choose a reason." in empty.content.decode()
    done = officer.post(url, {"number": seat.number, "reason_code": "asked", "note": ""})
    assert done.status_code == 302
    assert Seat.objects.get(pk=seat.pk).state == "replaced"
    again = officer.post(url, {"number": seat.number, "reason_code": "asked", "note": ""})
    assert again.status_code == 422
    assert "Nobody with this number" in again.content.decode()
    assert "Replaced" in _text(officer.get(reverse("console_hearing", args=[hearing.reference])))


def test_the_ombudsman_reads_and_strangers_do_not_know(world: JuryWorld) -> None:
    hearing = world.drawn_hearing()
    for path in (
        reverse("console_hearings"),
        reverse("console_hearing", args=[hearing.reference]),
    ):
        assert _browser(world.ombudsman).get(path).status_code == 200
        for actor in (world.reviewer, world.jurors[0], world.claimant_of(hearing.claim)):
            assert _browser(actor).get(path).status_code == 404


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_list_of_many_takes_as_many_queries_as_one_of_few(language: str) -> None:
    world = make_jury_world(4)
    officer = _browser(world.jury_officer, language)
    url = reverse("console_hearings")
    counts = []
    for _more in range(2):
        for _index in range(3):
            services.open_hearing(
                reference=world.disputed_claim().reference,
                actor=world.jury_officer,
                now=clock.now(),
            )
        officer.get(url)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            _text(officer.get(url))
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 14, [query["sql"][:90] for query in queries]


def test_a_page_goes_on_where_the_last_one_ended(
    world: JuryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jury.officer_queries.PAGE_SIZE", 2)
    references = []
    for _index in range(3):
        references.append(
            services.open_hearing(
                reference=world.disputed_claim().reference,
                actor=world.jury_officer,
                now=clock.now(),
            ).reference
        )
        world.later(minutes=1)
    officer = _browser(world.jury_officer)
    first = officer.get(reverse("console_hearings"))
    assert references[2] not in first.content.decode()
    after = first.context["next_cursor"]
    second = _text(officer.get(reverse("console_hearings"), {"after": after}))
    assert references[2] in second
    assert references[0] not in second
    altered = _text(officer.get(reverse("console_hearings"), {"after": after + "x"}))
    assert references[0] in altered


def test_conditions_on_rows_are_the_stages_of_hearings(world: JuryWorld) -> None:
    """Every hearing of a long life is in exactly the condition that its stage names."""

    def check(hearing: Hearing) -> Stage:
        stage = stage_of(world.reload(hearing))
        found = [name for name, q in CONDITIONS.items() if Hearing.objects.filter(q, pk=hearing.pk)]
        assert found == [stage]
        way = way_of(world.reload(hearing))
        assert [one.kind for one in way].count("now") == 1
        return stage

    hearing = services.open_hearing(
        reference=world.disputed_claim().reference, actor=world.jury_officer, now=clock.now()
    )
    seen = [check(hearing)]
    run_clock(1)
    world.sign(hearing)
    seen.append(check(hearing))
    services.announce_draw(
        reference=hearing.reference, actor=world.jury_officer, now=clock.now(), delay_minutes=10
    )
    seen.append(check(hearing))
    world.later(minutes=11)
    run_clock(2)
    world.later(seconds=15)
    run_clock(2)
    seen.append(check(hearing))
    services.enter_claimant_number(
        reference=hearing.reference,
        actor=world.claimant_of(hearing.claim),
        now=clock.now(),
        number=3,
    )
    seen.append(check(hearing))
    run_clock(2)
    seen.append(check(hearing))
    opened = world.open_now(world.reload(hearing))
    seen.append(check(opened))
    for juror in world.panel(opened):
        world.cast(opened, juror)
    assert world.close(opened).state == HearingState.DECIDED
    seen.append(check(opened))
    assert seen == [
        Stage.BRIEF,
        Stage.ANNOUNCEMENT,
        Stage.ANNOUNCED,
        Stage.NUMBER,
        Stage.DRAW,
        Stage.ANSWERS,
        Stage.VOTING,
        Stage.ENDED,
    ]
