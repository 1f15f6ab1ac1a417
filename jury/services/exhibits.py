"""Redacted evidence: added by an officer, signed by a second person, read by jurors."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from claims.evidence import storage
from claims.models import EvidenceCheck, EvidenceVersion
from claims.services import read_original
from core.actor import Actor
from core.errors import Blocked, NotAllowed, WrongState, refuse_if
from core.references import new_reference
from jury.exhibits.access import duty_on, staff_duty
from jury.exhibits.copies import StoredPage
from jury.exhibits.permissions import (
    adding_blockers,
    changing_blockers,
    content_blockers,
    refuse_changed,
    signer_only,
    signing_blockers,
    staff_blockers,
)
from jury.exhibits.queries import content_stamp, exhibit_for
from jury.models import ExhibitAccess, ExhibitPage, Hearing, JuryExhibit
from jury.queries import lock_hearing
from jury.services.hearings import officer_only, preparing_only
from jury.services.log import write_event

TEXT_LENGTH = 4000


@transaction.atomic
def add_exhibit(
    *,
    reference: str,
    actor: Actor,
    now: datetime,
    label: str,
    question_codes: Sequence[str],
    evidence: str,
    text: str = "",
    pages: Sequence[StoredPage] = (),
) -> JuryExhibit:
    """Add a redacted copy of one paper of the claim to a hearing that is being prepared.

    `reference` is the hearing's; `evidence` names a document of its claim, whose newest
    version is the original; `pages` come from `exhibits.copies.receive_copy`.
    """
    officer_only(actor)
    hearing = lock_hearing(reference)
    preparing_only(hearing)
    refuse_if(adding_blockers(hearing, actor))
    refuse_if(content_blockers(hearing, question_codes, label, text, has_pages=bool(pages)))
    original = (
        EvidenceVersion.objects.filter(
            evidence__reference=evidence, evidence__claim_id=hearing.claim_id
        )
        .order_by("-number")
        .first()
    )
    if original is None:
        raise Blocked("jury_exhibit_original", _("Choose a document of this claim."))
    assert actor.person_id is not None  # an officer has signed in
    exhibit = JuryExhibit.objects.create(
        hearing=hearing,
        reference=new_reference("EX"),
        label=label,
        question_codes=list(question_codes),
        evidence_version=original,
        text=text,
        pages=len(pages),
        prepared_by_id=actor.person_id,
        prepared_at=now,
    )
    ExhibitPage.objects.bulk_create(_page(exhibit, at, page) for at, page in enumerate(pages, 1))
    _log(hearing, "add_exhibit", actor, now, exhibit)
    return exhibit


def _page(exhibit: JuryExhibit, number: int, page: StoredPage) -> ExhibitPage:
    return ExhibitPage(
        exhibit=exhibit,
        number=number,
        storage_key=page.key,
        digest=page.digest,
        size_bytes=page.size_bytes,
        width=page.width,
        height=page.height,
    )


@transaction.atomic
def change_exhibit(
    *,
    reference: str,
    actor: Actor,
    now: datetime,
    label: str,
    question_codes: Sequence[str],
    text: str = "",
) -> JuryExhibit:
    """Change the words of an exhibit nobody has signed; who changes it has prepared it."""
    officer_only(actor)
    hearing, exhibit = _locked(reference)
    preparing_only(hearing)
    refuse_if(changing_blockers(exhibit, actor))
    has_pages = exhibit.pages > 0
    refuse_if(content_blockers(hearing, question_codes, label, text, has_pages=has_pages))
    assert actor.person_id is not None  # an officer has signed in
    exhibit.label, exhibit.text = label, text
    exhibit.question_codes = list(question_codes)
    exhibit.prepared_by_id, exhibit.prepared_at = actor.person_id, now
    exhibit.save()
    _log(hearing, "change_exhibit", actor, now, exhibit)
    return exhibit


@transaction.atomic
def sign_exhibit(*, reference: str, actor: Actor, now: datetime, seen: str = "") -> JuryExhibit:
    """Sign an exhibit as the second person, after looking at the original and at the copy.

    `seen` is the stamp of what the signer's page showed; '' says nothing.
    """
    signer_only(actor)
    hearing, exhibit = _locked(reference)
    preparing_only(hearing)
    refuse_if(signing_blockers(exhibit, actor))
    refuse_changed(seen, content_stamp(exhibit))
    exhibit.signed_by_id, exhibit.signed_at = actor.person_id, now
    exhibit.save()
    _log(hearing, "sign_exhibit", actor, now, exhibit)
    return exhibit


@transaction.atomic
def withdraw_exhibit(*, reference: str, actor: Actor, now: datetime, note: str) -> JuryExhibit:
    """Take an exhibit back at once, at any time before the hearing has ended."""
    officer_only(actor)
    hearing, exhibit = _locked(reference)
    refuse_if(staff_blockers(exhibit.hearing, actor))
    if exhibit.withdrawn_at is not None:
        raise WrongState(
            "jury_exhibit_withdrawn", _("This exhibit is withdrawn."), state=hearing.state
        )
    exhibit.withdrawn_at = now
    exhibit.save(update_fields=["withdrawn_at"])
    _log(hearing, "withdraw_exhibit", actor, now, exhibit, note)
    return exhibit


@transaction.atomic
def read_exhibit(
    *, reference: str, actor: Actor, now: datetime, page: int = 0, purpose: str = ""
) -> tuple[JuryExhibit, ExhibitPage | None]:
    """Log who reads which page why, and return it; the row is there before any byte leaves.

    Page 0 is the text. Raises NotAllowed for whoever has no duty in the hearing now (promise
    20), `storage.DigestMismatch` where the bytes changed, ExhibitPage.DoesNotExist.
    """
    exhibit = exhibit_for(reference)
    duty = duty_on(exhibit, actor)
    if duty is None or actor.person_id is None:
        raise NotAllowed(
            "jury_exhibit_closed", _("Only those at work in this hearing may read its papers.")
        )
    if duty == "auditor" and not purpose.strip():
        raise Blocked("purpose_missing", _("Enter why you read this document; it is logged."))
    found = ExhibitPage.objects.get(exhibit=exhibit, number=page) if page else None
    if found is not None:
        storage.verify(found.storage_key, found.digest)
    ExhibitAccess.objects.create(
        exhibit=exhibit,
        page=page,
        person_id=actor.person_id,
        duty=duty,
        purpose=purpose.strip(),
        read_at=now,
    )
    return exhibit, found


@transaction.atomic
def read_exhibit_original(
    *, reference: str, actor: Actor, now: datetime
) -> tuple[EvidenceVersion, EvidenceCheck]:
    """Give the original to whoever prepares or signs its redacted copy; logged as evidence."""
    exhibit = exhibit_for(reference)
    duty = staff_duty(exhibit.hearing, actor)
    if duty not in {"jury_officer", "ombudsman"} or actor.person_id is None:
        raise NotAllowed(
            "jury_exhibit_closed", _("Only those at work in this hearing may read its papers.")
        )
    version = exhibit.evidence_version
    check = read_original(version=version, duty=duty, person_id=actor.person_id, now=now)
    return version, check


def carry_over(void: Hearing, following: Hearing) -> None:
    """Take the exhibits of a void round over into the next one, signed as they are."""
    kept = JuryExhibit.objects.filter(hearing=void, withdrawn_at=None).order_by("pk")
    for exhibit in kept.prefetch_related("images"):
        pages = list(exhibit.images.all())
        exhibit.pk, exhibit.hearing, exhibit.reference = None, following, new_reference("EX")
        exhibit.save(force_insert=True)
        for page in pages:
            page.pk, page.exhibit = None, exhibit
        ExhibitPage.objects.bulk_create(pages)


def _locked(reference: str) -> tuple[Hearing, JuryExhibit]:
    """Lock the hearing, whose row every change of its exhibits waits for, and read the exhibit."""
    names = JuryExhibit.objects.values_list("hearing__reference", flat=True)
    hearing = lock_hearing(names.get(reference=reference))
    exhibit = exhibit_for(reference)
    exhibit.hearing = hearing
    return hearing, exhibit


def _log(
    hearing: Hearing, event: str, actor: Actor, now: datetime, exhibit: JuryExhibit, note: str = ""
) -> None:
    write_event(
        hearing,
        event=event,
        from_state=hearing.state,
        actor=actor,
        now=now,
        role="jury_officer" if actor.has("jury_officer") else "ombudsman",
        note=f"{exhibit.reference} {exhibit.label}" + (f": {note}" if note else ""),
    )
