"""Holds the hearings of the demo world: brief, draw, nine ballots, verdict."""

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from claims.models import Evidence
from core.actor import Actor
from core.clock import now as database_now
from desk.demo import hearing_words as words
from desk.demo.director import Life, run_clock
from desk.demo.plot import Plot
from desk.demo.stage import Stage
from desk.demo.world import actor_of_person
from jury import services
from jury.brief import question_codes
from jury.exhibits.copies import StoredPage, receive_copy
from jury.models import Hearing, Seat
from jury.states import SITTING, HearingState

MINUTE = timedelta(minutes=1)


def hold_hearing(
    stage: Stage, plot: Plot, reference: str, referred_by: Actor | None = None
) -> Life:
    """Hold a hearing of a claim; `plot.hearing` says how far it goes and how it ends.

    `preparing`, `announced`, `open` stop there; `uphold` and `overturn` go to the verdict.
    """
    officer = stage.world.actors["jury_officer"]
    if referred_by is None:
        hearing = services.open_hearing(reference=reference, actor=officer, now=stage.now)
    else:
        hearing = services.refer_to_jury(
            reference=reference,
            actor=referred_by,
            now=stage.now,
            note="记录缺失几个小时，无法确定。",
        )
    yield stage.now + 5 * MINUTE
    _brief(stage, hearing, officer)
    if plot.hearing == "preparing":
        return
    yield stage.now + 5 * MINUTE
    services.announce_draw(
        reference=hearing.reference, actor=officer, now=database_now(), delay_minutes=30
    )
    if plot.hearing == "announced":
        return
    yield stage.now + 31 * MINUTE
    yield from _until_asked(stage, hearing.reference)
    services.enter_claimant_number(
        reference=hearing.reference, actor=plot.claimant, now=database_now(), number=314159
    )
    yield from _voted(stage, plot, hearing.reference)


def _until_asked(stage: Stage, reference: str) -> Life:
    """Let the clock run until the checkpoint is fixed and the claimant is asked for a number."""
    while Hearing.objects.get(reference=reference).number_due_at is None:
        run_clock(stage.now)
        yield stage.now + timedelta(seconds=15)


def _brief(stage: Stage, hearing: Hearing, officer: Actor) -> None:
    answers = dict(words.BRIEF)
    for index, code in enumerate(question_codes(hearing.brief), start=1):
        sides = words.SIDES.get(code, words.UNSAID)
        answers[f"claimant_holds_{index}"] = sides.claimant
        answers[f"reviewers_hold_{index}"] = sides.reviewers
        answers[f"papers_{index}"] = ""
        answers[f"value_{index}"] = ""
    _papers(stage, hearing, officer)
    services.prepare_brief(
        reference=hearing.reference, actor=officer, now=database_now(), **answers
    )
    services.sign_brief(
        reference=hearing.reference, actor=stage.world.actors["ombudsman"], now=database_now()
    )


def _papers(stage: Stage, hearing: Hearing, officer: Actor) -> None:
    """Add the papers the jurors read, and have the ombudsman compare and sign them."""
    signer = stage.world.actors["ombudsman"]
    document = Evidence.objects.filter(claim_id=hearing.claim_id, kind="medical_record").first()
    if document is None:
        return
    for exhibit in words.EXHIBITS:
        pages: list[StoredPage] = []
        if exhibit.label == words.SHEET:
            scan = stage.filer.press.scan_jpeg(words.sheet_paper(), stage.random)
            pages = receive_copy([SimpleUploadedFile(f"{words.SHEET}.jpg", scan)])
        added = services.add_exhibit(
            reference=hearing.reference,
            actor=officer,
            now=database_now(),
            label=exhibit.label,
            question_codes=[
                code for code in question_codes(hearing.brief) if code in exhibit.codes
            ],
            evidence=document.reference,
            text=exhibit.text,
            pages=pages,
        )
        seen: dict[str, Any] = {
            "reference": added.reference,
            "actor": signer,
            "now": database_now(),
        }
        services.read_exhibit_original(**seen)
        for number in range(1, added.pages + 1):
            services.read_exhibit(**seen, page=number)
        services.sign_exhibit(**seen)


def _voted(stage: Stage, plot: Plot, reference: str) -> Life:
    """Wait for the draw and the opening, then vote; the clock closes and counts."""
    for _waiting in range(60):
        hearing = Hearing.objects.get(reference=reference)
        if hearing.state in (HearingState.OPEN, HearingState.EXTENDED):
            break
        if hearing.state == HearingState.DRAWN:
            _accept(hearing)
        yield stage.now + timedelta(hours=2)
    if plot.hearing == "open":
        return
    seats = list(Seat.objects.filter(hearing__reference=reference, state__in=sorted(SITTING)))
    for place, seat in enumerate(seats):
        yield stage.now + timedelta(minutes=stage.random.randint(5, 60))
        _vote(stage, plot, reference, seat, place)


def _accept(hearing: Hearing) -> None:
    for seat in Seat.objects.filter(hearing=hearing, state="invited"):
        services.accept_seat(
            reference=hearing.reference, actor=actor_of_person(seat.person_id), now=database_now()
        )


def _vote(stage: Stage, plot: Plot, reference: str, seat: Seat, place: int) -> None:
    """Cast a ballot; a third of the panel dissents."""
    dissents = place % 3 == 2
    pays = (plot.hearing == "overturn") != dissents
    hearing = Hearing.objects.get(reference=reference)
    codes = question_codes(hearing.brief)
    answers = dict.fromkeys(codes, "met")
    if not pays:
        answers[words.DISPUTED if words.DISPUTED in codes else codes[-1]] = "not_shown"
    vote = "pay" if pays else "deny"
    reasons = words.REASONS[vote]
    services.cast_ballot(
        reference=reference,
        actor=actor_of_person(seat.person_id),
        now=database_now(),
        vote=vote,
        answers=answers,
        reason=reasons[place % len(reasons)],
    )
