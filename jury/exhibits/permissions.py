"""Everything that keeps an exhibit from being added, changed or signed."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.errors import Blocked, Blocker, NotAllowed
from jury import personal_data
from jury.brief import question_codes
from jury.exhibits.access import staff_duty
from jury.exhibits.queries import original_seen, pages_seen
from jury.models import Hearing, JuryExhibit
from jury.states import HearingState

MAX_EXHIBITS = 20


def adding_blockers(hearing: Hearing, actor: Actor) -> list[Blocker]:
    """Return what keeps an exhibit from being added."""
    found = [*_preparing(hearing), *staff_blockers(hearing, actor)]
    if hearing.brief_signed_by_id is not None:
        found.append(
            Blocker(
                "jury_brief_signed_exhibits",
                _("The brief is signed with its papers. Reopen it to add or change one."),
            )
        )
    if JuryExhibit.objects.filter(hearing=hearing, withdrawn_at=None).count() >= MAX_EXHIBITS:
        found.append(
            Blocker("jury_exhibits_many", _("Twenty papers are enough for jurors to read."))
        )
    return found


def changing_blockers(exhibit: JuryExhibit, actor: Actor) -> list[Blocker]:
    """Return what keeps an exhibit's words from being changed."""
    found = [*_preparing(exhibit.hearing), *staff_blockers(exhibit.hearing, actor)]
    if exhibit.withdrawn_at is not None:
        found.append(Blocker("jury_exhibit_withdrawn", _("This exhibit is withdrawn.")))
    if exhibit.signed_by_id is not None:
        found.append(
            Blocker(
                "jury_exhibit_signed",
                _("This exhibit is signed. To change it, withdraw it and add another."),
            )
        )
    return found


def signing_blockers(exhibit: JuryExhibit, actor: Actor) -> list[Blocker]:
    """Return what keeps an exhibit from being signed by this actor."""
    found = changing_blockers(exhibit, actor)
    if exhibit.prepared_by_id == actor.person_id:
        found.append(
            Blocker("jury_exhibit_own", _("Somebody else signs an exhibit than who prepared it."))
        )
    if not original_seen(exhibit, actor.person_id):
        found.append(Blocker("jury_original_unseen", _("Open the original first.")))
    if not set(range(1, exhibit.pages + 1)) <= pages_seen(exhibit, actor.person_id):
        found.append(Blocker("jury_copy_unseen", _("Open every page of the redacted copy first.")))
    return found


def _preparing(hearing: Hearing) -> list[Blocker]:
    if hearing.state == HearingState.PREPARING:
        return []
    return [
        Blocker("jury_not_preparing", _("This is done while the hearing is being prepared.")),
    ]


def staff_blockers(hearing: Hearing, actor: Actor) -> list[Blocker]:
    """Return what keeps an actor from work on a hearing's exhibits."""
    if staff_duty(hearing, actor) in {"jury_officer", "ombudsman"}:
        return []
    return [Blocker("jury_exhibit_closed", _("You are too close to this claim, or it has ended."))]


def content_blockers(
    hearing: Hearing, codes: Sequence[str], label: str, text: str, *, has_pages: bool
) -> list[Blocker]:
    """Return what is wrong with what an exhibit would hold."""
    found: list[Blocker] = []
    if not set(codes) <= set(question_codes(hearing.brief)):
        found.append(Blocker("jury_exhibit_question", _("Choose questions of this hearing.")))
    if not has_pages and not text.strip():
        found.append(
            Blocker("jury_exhibit_empty", _("Add the redacted copy, or type what it says."))
        )
    if personal_data.found_in(label) or personal_data.found_in(text):
        found.append(
            Blocker(
                "jury_exhibit_names",
                _("The label or the text holds a number or an address that names a person."),
            )
        )
    return found


def signer_only(actor: Actor) -> None:
    """Refuse anybody but a jury officer or the ombudsman."""
    if not actor.has_any(frozenset({"jury_officer", "ombudsman"})):
        raise NotAllowed("jury_signer_only", _("A jury officer or the ombudsman signs."))


def refuse_changed(seen: str, now_is: str) -> None:
    """Refuse a signature under something else than the signer's page showed."""
    if seen and seen != now_is:
        raise Blocked(
            "text_changed",
            _("The text was changed after you opened this page. Open it again and read it."),
        )
