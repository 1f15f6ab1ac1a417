"""Corrections: a later entry that amends a published one, prepared by one and signed by another."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from claims.queries import lock_claim
from core.actor import Actor
from core.errors import Blocked, WrongState
from core.references import new_reference
from disclosure import permissions
from disclosure.models import (
    CaseStanding,
    CorrectionDraft,
    NoticeEvent,
    PublicCase,
    PublicCaseEntry,
)
from disclosure.services.events import log_event
from disclosure.services.publishing import (
    CORRECTION,
    body_of,
    core_of,
    publish_statement,
    read_field,
    replace_field,
)
from members.criteria import ANSWERS

ANSWER_PREFIX = "finding.answers."


def correctable(entry: PublicCaseEntry) -> list[str]:
    """Return the dotted places of a statement that a correction may amend.

    The form is not among them: it is fixed at first publication (promise 29).
    """
    body = body_of(entry)
    finding = body.get("finding") or {}
    found = ["finding.summary"] if finding.get("summary") else []
    found += [f"{ANSWER_PREFIX}{code}" for code in sorted(finding.get("answers", {}))]
    found += [
        f"objections.{objection['number']}.answer"
        for objection in body.get("objections", [])
        if objection["answer"]
    ]
    return found


@transaction.atomic
def prepare_correction(
    *,
    reference: str,
    actor: Actor,
    now: datetime,
    field: str,
    replacement: str,
    reason: str,
) -> CorrectionDraft:
    """Lay a correction of a case's latest statement before a second person.

    `reference` is the case's public one. Raises Blocked for a place that cannot be corrected
    or a text that changes nothing.
    """
    person_id = permissions.require_role(actor, permissions.SIGNERS)
    case = PublicCase.objects.select_related("claim").get(reference=reference)
    claim = lock_claim(case.claim.reference)
    permissions.require_apart(actor, claim)
    last = _last(case)
    if field not in correctable(last):
        raise Blocked("correction_field", _("This part of the statement cannot be corrected."))
    if field.startswith(ANSWER_PREFIX) and replacement not in ANSWERS:
        raise Blocked("correction_answer", _("Choose met, not met, or not shown."))
    if read_field(body_of(last), field) == replacement:
        raise Blocked("correction_same", _("The correction changes nothing."))
    draft = CorrectionDraft.objects.create(
        case_entry=last,
        reference=new_reference("X"),
        field=field,
        replacement=replacement,
        reason=reason,
        prepared_by_id=person_id,
        prepared_at=now,
    )
    log_event(
        subject=case.reference,
        event=NoticeEvent.Event.PREPARE_CORRECTION,
        actor=actor,
        now=now,
        note=draft.reference,
    )
    return draft


@transaction.atomic
def correct_entry(*, reference: str, actor: Actor, now: datetime) -> PublicCaseEntry:
    """Sign a prepared correction and publish it as a later entry that links the earlier one.

    Raises NotAllowed for whoever prepared it, WrongState once it is published or where the
    case has said something else in the meantime.
    """
    permissions.require_role(actor, permissions.SIGNERS)
    found = CorrectionDraft.objects.select_related("case_entry__case__claim").get(
        reference=reference
    )
    case = found.case_entry.case
    claim = lock_claim(case.claim.reference)
    permissions.require_apart(actor, claim)
    draft = CorrectionDraft.objects.select_for_update().get(pk=found.pk)
    permissions.require_another(actor, draft.prepared_by_id, "correction_signed_by_another")
    last = _last(case)
    if draft.signed_at is not None:
        raise WrongState("correction_signed", _("It is published already."), state="signed")
    before = read_field(body_of(last), draft.field)
    if before is None or before != read_field(body_of(found.case_entry), draft.field):
        raise WrongState(
            "correction_outdated",
            _("The statement has changed since the correction was prepared."),
            state="outdated",
        )
    draft.signed_by_id, draft.signed_at = actor.person_id, now
    draft.save(update_fields=["signed_by", "signed_at"])
    body = replace_field(core_of(last), draft.field, draft.replacement)
    body["correction"] = {
        "after": draft.replacement,
        "before": before,
        "corrects": last.seq,
        "field": draft.field,
        "reason": draft.reason,
    }
    entry = publish_statement(
        case=case, kind=CORRECTION, body=body, now=now, corrects=last, reason=draft.reason
    )
    CaseStanding.objects.filter(case=case).update(is_corrected=True, updated_at=now)
    log_event(subject=case.reference, event=NoticeEvent.Event.CORRECT, actor=actor, now=now)
    return entry


def _last(case: PublicCase) -> PublicCaseEntry:
    return case.entries.select_related("entry").order_by("-seq")[0]
