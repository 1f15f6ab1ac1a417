"""The jury's steps as data: on a claim, and on a hearing."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from claims.models import Claim
from claims.permissions import blockers as claim_blockers
from claims.permissions import edge_from, role_for
from core.actor import Actor
from core.errors import Blocker
from core.steps import Step, StepOffer
from jury import services
from jury.forms import briefs
from jury.forms import hearings as forms
from jury.forms.panels import ReplaceForm
from jury.models import Hearing
from jury.permissions import (
    announce_blockers,
    brief_blockers,
    preparing_blockers,
    reopening_blockers,
)
from jury.queries import live_hearing_of, seat_of
from jury.services.replacing import replace_juror
from jury.states import SITTING, HearingState, Mode, SeatState

_S = HearingState
_OFFICER = frozenset({"jury_officer"})

CLAIM_STEPS: dict[str, Step] = {
    step.name: step
    for step in (
        Step(
            "open_hearing",
            _("Open a hearing"),
            services.open_hearing,
            roles=_OFFICER,
            sources=frozenset({"disputed"}),
            target="in_hearing",
            is_primary=True,
            shortcut="h",
            hint=_("The dispute goes before a jury. You then prepare the brief."),
        ),
        Step(
            "refer_to_jury",
            _("Refer to the jury"),
            services.refer_to_jury,
            forms.ReferForm,
            frozenset({"reviewer"}),
            frozenset({"under_final_review"}),
            "in_hearing",
            shortcut="h",
            hint=_("When you are unsure of a recommended denial, a jury judges it."),
        ),
        Step(
            "withdraw_dispute",
            _("Withdraw the dispute"),
            services.withdraw_hearing,
            roles=frozenset({"claimant"}),
            sources=frozenset({"disputed", "in_hearing"}),
            target="denied_finally",
            hint=_("The denial then stands for good. Ballots already cast are never opened."),
        ),
    )
}

HEARING_STEPS: dict[str, Step] = {
    step.name: step
    for step in (
        Step(
            "prepare_brief",
            _("Prepare the brief"),
            services.prepare_brief,
            briefs.BriefForm,
            _OFFICER,
            frozenset({_S.PREPARING}),
            shortcut="b",
        ),
        Step(
            "sign_brief",
            _("Sign the brief"),
            services.sign_brief,
            briefs.SignForm,
            roles=frozenset({"jury_officer", "ombudsman"}),
            sources=frozenset({_S.PREPARING}),
            shortcut="g",
            hint=_("You have read it: it is neutral, complete and names nobody."),
        ),
        Step(
            "reopen_brief",
            _("Reopen the brief"),
            services.reopen_brief,
            briefs.ReopenForm,
            _OFFICER,
            frozenset({_S.PREPARING}),
            hint=_("To put something right before the draw is announced. It is then signed anew."),
        ),
        Step(
            "announce_draw",
            _("Announce the draw"),
            services.announce_draw,
            forms.AnnounceForm,
            _OFFICER,
            frozenset({_S.PREPARING}),
            is_primary=True,
            shortcut="d",
        ),
        Step(
            "extend_voting",
            _("Extend the voting time"),
            services.extend_voting,
            forms.ExtendForm,
            _OFFICER,
            frozenset({_S.OPEN}),
            shortcut="e",
        ),
        Step(
            "replace_juror",
            _("Replace a juror"),
            replace_juror,
            ReplaceForm,
            _OFFICER,
            frozenset({_S.DRAWN, _S.OPEN, _S.EXTENDED}),
            shortcut="r",
            hint=_("Only who has not voted. The next juror in order takes the seat at once."),
        ),
        Step(
            "void_hearing",
            _("Declare the round void"),
            services.void_hearing,
            forms.VoidForm,
            _OFFICER,
            frozenset({_S.PREPARING, _S.DRAWN, _S.OPEN, _S.EXTENDED, _S.CLOSED}),
            hint=_("Its ballots are never opened. A new round with a new panel follows."),
        ),
        Step(
            "add_statement",
            _("Write to the jurors"),
            services.add_statement,
            briefs.StatementForm,
            frozenset({"claimant"}),
            frozenset({_S.PREPARING, _S.DRAWN}),
        ),
        Step(
            "ask_correction",
            _("Ask for a correction"),
            services.ask_correction,
            briefs.CorrectionForm,
            frozenset({"claimant"}),
            frozenset({_S.PREPARING}),
            hint=_("Something in the brief is wrong? Tell the officers before the draw."),
        ),
        Step(
            "enter_number",
            _("Enter your number"),
            services.enter_claimant_number,
            forms.NumberForm,
            frozenset({"claimant"}),
            frozenset({_S.PREPARING}),
            is_primary=True,
        ),
        Step(
            "accept_seat",
            _("I can serve"),
            services.accept_seat,
            roles=frozenset({"juror"}),
            sources=frozenset({_S.DRAWN, _S.OPEN, _S.EXTENDED}),
            is_primary=True,
        ),
        Step(
            "decline_seat",
            _("I cannot serve"),
            services.decline_seat,
            roles=frozenset({"juror"}),
            sources=frozenset({_S.DRAWN, _S.OPEN, _S.EXTENDED}),
            hint=_(
                "The next juror in order takes your place. You may be drawn again another time."
            ),
        ),
        Step(
            "recuse",
            _("Step down"),
            services.recuse,
            forms.RecuseForm,
            frozenset({"juror"}),
            frozenset({_S.DRAWN, _S.OPEN, _S.EXTENDED}),
            hint=_("The next juror in order takes your place."),
        ),
    )
}


def offers(claim: Claim, actor: Actor, now: datetime) -> list[StepOffer]:
    """Return the jury's steps on a claim that the actor's role takes from where it stands.

    `withdraw_dispute` is offered by claims, whose step it is; its page is the jury's.
    """
    found: list[StepOffer] = []
    for name in ("open_hearing", "refer_to_jury"):
        if edge_from(name, claim.state) is None or role_for(name, claim, actor) is None:
            continue
        found.append(
            StepOffer(
                CLAIM_STEPS[name],
                tuple(claim_blockers(name, claim, actor, now)),
                f"/console/claims/{claim.reference}/steps/{name}/",
                f"/api/v1/claims/{claim.reference}/steps/{name}/",
            )
        )
    hearing = live_hearing_of(claim.pk)
    if hearing is not None:
        found += hearing_offers(hearing, actor, now)
    return found


def hearing_offers(hearing: Hearing, actor: Actor, now: datetime) -> list[StepOffer]:
    """Return the steps the actor's part in the hearing has now, each with what blocks it."""
    found: list[StepOffer] = []
    for name, step in HEARING_STEPS.items():
        if hearing.state not in step.sources or not _has_part(step, hearing, actor):
            continue
        if not _is_wanted(name, hearing, actor):
            continue
        found.append(
            StepOffer(
                step,
                tuple(step_blockers(name, hearing, actor)),
                step_url(name, hearing.reference),
                reverse("api_hearing_step", args=[hearing.reference, name]),
            )
        )
    return found


def step_url(name: str, reference: str) -> str:
    """Return a hearing step's page, behind the door of whoever takes it."""
    roles = HEARING_STEPS[name].roles
    if "juror" in roles:
        return reverse("jury_step", args=[reference, name])
    door = "claimant_step" if "claimant" in roles else "console_hearing_step"
    return reverse(door, args=[reference, name])


def step_blockers(name: str, hearing: Hearing, actor: Actor) -> list[Blocker]:
    """Return what blocks a hearing's step beyond state and role."""
    if name == "prepare_brief":
        return preparing_blockers(hearing)
    if name == "sign_brief":
        return brief_blockers(hearing, actor)
    if name in {"reopen_brief", "ask_correction"}:
        return reopening_blockers(hearing)
    if name == "announce_draw":
        return announce_blockers(hearing)
    return []


def _has_part(step: Step, hearing: Hearing, actor: Actor) -> bool:
    if "claimant" in step.roles:
        return actor.person_id is not None and hearing.claim.claimant_id == actor.person_id
    if "juror" in step.roles:
        seat = seat_of(hearing, actor.person_id)
        return seat is not None and seat.state in SITTING and not seat.ballots.exists()
    return actor.has_any(step.roles)


def _is_wanted(name: str, hearing: Hearing, actor: Actor) -> bool:
    """Say whether a step still has something to do."""
    if name == "prepare_brief":
        return hearing.brief_signed_by_id is None
    if name == "sign_brief":
        return hearing.brief_signed_by_id is None and hearing.brief_prepared_by_id is not None
    if name in {"reopen_brief", "ask_correction"}:
        return hearing.brief_signed_by_id is not None and hearing.draw_after_at is None
    if name == "announce_draw":
        return hearing.draw_after_at is None
    if name == "enter_number":
        return hearing.number_due_at is not None and not hearing.contribution
    if name == "replace_juror":
        return hearing.mode == Mode.DRAWN
    if name in {"accept_seat", "decline_seat"}:
        seat = seat_of(hearing, actor.person_id)
        return seat is not None and seat.state == SeatState.INVITED
    return True
