"""Redactions: the texts others may read, prepared by one reviewer and signed by another."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from claims.models import Claim
from claims.queries import lock_claim
from core.actor import Actor
from core.errors import Blocked, WrongState, refuse_if
from disclosure import permissions
from disclosure.masks import scan_personal_data
from disclosure.models import NoticeEvent, Redaction
from disclosure.queries import names_involved, next_notice_number, redaction_for
from disclosure.services.events import log_event


@transaction.atomic
def prepare_redaction(
    *,
    reference: str,
    actor: Actor,
    now: datetime,
    story: str,
    investigation_summary: str,
    board_summary: str,
) -> Redaction:
    """Write, or write anew, the redacted texts of a decided claim for its next publication.

    Overwrites an unsigned redaction; the writer then counts as its preparer. Raises NotAllowed
    for others than reviewers apart from the claim, WrongState once it is signed, Blocked where
    the claim is not decided or the notice and the board would share a text.
    """
    claim = lock_claim(reference)
    person_id = permissions.require_role(actor, permissions.PREPARERS)
    permissions.require_apart(actor, claim)
    refuse_if(permissions.redaction_blockers(claim))
    if board_summary.strip() in (story.strip(), investigation_summary.strip()):
        raise Blocked(
            "redaction_shared_text",
            _("The board's text must differ from the notice's, so that nobody can join the two."),
        )
    texts = (story, investigation_summary, board_summary)
    values = {
        "story": story,
        "investigation_summary": investigation_summary,
        "board_summary": board_summary,
        "warning_count": sum(
            len(scan_personal_data(text, names_involved(claim))) for text in texts
        ),
        "prepared_by_id": person_id,
        "prepared_at": now,
        "returned_note": "",
    }
    redaction = _write(claim, values)
    log_event(subject=claim.reference, event=NoticeEvent.Event.PREPARE, actor=actor, now=now)
    return redaction


def _write(claim: Claim, values: dict[str, object]) -> Redaction:
    number = next_notice_number(claim)
    known = Redaction.objects.select_for_update().filter(claim=claim, notice_number=number).first()
    if known is None:
        return Redaction.objects.create(claim=claim, notice_number=number, **values)
    if known.is_signed:
        raise WrongState("redaction_signed", _("The redaction is signed already."), state="signed")
    for name, value in values.items():
        setattr(known, name, value)
    known.save(update_fields=list(values))
    return known


@transaction.atomic
def return_redaction(*, reference: str, actor: Actor, now: datetime, note: str) -> Redaction:
    """Give a prepared redaction back with what is wrong with it."""
    claim, redaction = _unsigned(reference, actor)
    redaction.returned_note = note
    redaction.save(update_fields=["returned_note"])
    log_event(
        subject=claim.reference, event=NoticeEvent.Event.RETURN, actor=actor, now=now, note=note
    )
    return redaction


@transaction.atomic
def sign_redaction(*, reference: str, actor: Actor, now: datetime, seen: str = "") -> Redaction:
    """Sign a prepared redaction; from now on it never changes (promise 22).

    `seen` is the stamp of the texts that the signer read. Raises NotAllowed for the preparer,
    Blocked where there is nothing to sign or the texts were changed since.
    """
    claim, redaction = _unsigned(reference, actor)
    permissions.require_seen(seen, *redaction.texts)
    redaction.signed_by_id = actor.person_id
    redaction.signed_at = now
    redaction.save(update_fields=["signed_by", "signed_at"])
    log_event(subject=claim.reference, event=NoticeEvent.Event.SIGN, actor=actor, now=now)
    return redaction


def _unsigned(reference: str, actor: Actor) -> tuple[Claim, Redaction]:
    claim = lock_claim(reference)
    permissions.require_role(actor, permissions.SIGNERS)
    permissions.require_apart(actor, claim)
    redaction = redaction_for(claim, for_update=True)
    refuse_if(permissions.signature_blockers(redaction))
    if redaction is None:  # the blockers say so already
        raise LookupError(claim.reference)
    permissions.require_another(actor, redaction.prepared_by_id, "redaction_signed_by_another")
    return claim, redaction
