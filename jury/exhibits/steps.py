"""The steps on an exhibit as data, and what blocks each."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.errors import Blocker
from core.steps import Step
from jury import services
from jury.exhibits.copies import drop, receive_copy
from jury.exhibits.permissions import changing_blockers, signing_blockers, staff_blockers
from jury.forms.briefs import SignForm
from jury.forms.exhibits import ExhibitForm, WithdrawExhibitForm, WordsForm
from jury.models import JuryExhibit

_OFFICER = frozenset({"jury_officer"})


def add_received(
    *, reference: str, actor: Actor, now: datetime, copy: list[Any], **words: Any
) -> JuryExhibit:
    """Check and redraw the files, then add the exhibit; what is refused leaves no file."""
    pages = receive_copy(copy)
    kept = False
    try:
        exhibit = services.add_exhibit(
            reference=reference, actor=actor, now=now, pages=pages, **words
        )
        kept = True
    finally:
        if not kept:
            drop(pages)
    return exhibit


ADD = Step("add_exhibit", _("Add a paper for the jurors"), add_received, ExhibitForm, _OFFICER)

EXHIBIT_STEPS: dict[str, Step] = {
    step.name: step
    for step in (
        Step(
            "sign_exhibit",
            _("Sign this paper"),
            services.sign_exhibit,
            SignForm,
            frozenset({"jury_officer", "ombudsman"}),
            is_primary=True,
            hint=_("You have compared copy and original: nothing in the copy names anybody."),
        ),
        Step(
            "change_exhibit",
            _("Change its words"),
            services.change_exhibit,
            WordsForm,
            _OFFICER,
        ),
        Step(
            "withdraw_exhibit",
            _("Withdraw this paper"),
            services.withdraw_exhibit,
            WithdrawExhibitForm,
            _OFFICER,
            hint=_("No juror can open it any more. Pages already read stay logged."),
        ),
    )
}


def exhibit_blockers(name: str, exhibit: JuryExhibit, actor: Actor) -> list[Blocker]:
    """Return what blocks a step on an exhibit for this actor."""
    step = EXHIBIT_STEPS[name]
    if not actor.has_any(step.roles):
        return [Blocker("jury_officer_only", _("A jury officer does this."))]
    if name == "sign_exhibit":
        return signing_blockers(exhibit, actor)
    if name == "change_exhibit":
        return changing_blockers(exhibit, actor)
    return staff_blockers(exhibit.hearing, actor)
