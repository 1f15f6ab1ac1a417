"""What a juror states about themselves: hospitals they are tied to, qualifications they hold."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.errors import Blocked, NotAllowed, WrongState
from core.references import new_reference
from core.zone import local_date
from jury.juror_messages import tell_qualification
from jury.models import JurorAffiliation, JurorQualification, JurorStanding
from jury.services.exams import own_person
from jury.states import QualificationState


@transaction.atomic
def state_affiliation(
    *, kind: str, hospital_name: str, actor: Actor, now: datetime
) -> JurorAffiliation:
    """State a hospital one works at or is treated in; the same hospital again changes nothing."""
    person_id = own_person(actor)
    try:
        with transaction.atomic():
            return JurorAffiliation.objects.create(
                reference=new_reference("HA"),
                person_id=person_id,
                kind=kind,
                hospital_name=hospital_name,
                stated_at=now,
            )
    except IntegrityError as error:
        if "juror_affiliation_known" in str(error):
            message = _("Enter the hospital's name in words.")
            raise Blocked("jury_hospital_nameless", message) from error
        if "juror_affiliation_once" not in str(error):
            raise
    message = _("This hospital is on your list already.")
    raise Blocked("jury_hospital_known", message)


@transaction.atomic
def end_affiliation(*, reference: str, actor: Actor, now: datetime) -> JurorAffiliation:
    """Say that one no longer works at a hospital or is treated there."""
    found = JurorAffiliation.objects.select_for_update().get(reference=reference)
    if found.person_id != own_person(actor):
        raise NotAllowed("jury_not_yours", _("You may do this only for yourself."))
    if found.ended_at is not None:
        raise WrongState("jury_tie_ended", _("This is ended already."), state="ended")
    found.ended_at = now
    found.save(update_fields=["ended_at"])
    return found


@transaction.atomic
def claim_qualification(
    *, kind: str, evidence_note: str, actor: Actor, now: datetime
) -> JurorQualification:
    """Claim a medical or legal qualification; a jury officer checks it."""
    person_id = own_person(actor)
    if not JurorStanding.objects.filter(person_id=person_id).exists():
        raise Blocked("jury_exam_first", _("Pass the exam to become a juror."))
    on = local_date(now)
    rows = JurorQualification.objects.filter(person_id=person_id, kind=kind)
    if rows.filter(state=QualificationState.CLAIMED).exists():
        raise Blocked("jury_qualification_waiting", _("This qualification is being checked."))
    if rows.filter(state=QualificationState.VERIFIED, expires_on__gt=on).exists():
        raise Blocked("jury_qualification_known", _("This qualification is verified already."))
    return JurorQualification.objects.create(
        reference=new_reference("JQ"),
        person_id=person_id,
        kind=kind,
        evidence_note=evidence_note,
        claimed_at=now,
    )


@transaction.atomic
def verify_qualification(
    *, reference: str, expires_on: date, actor: Actor, now: datetime
) -> JurorQualification:
    """Verify a claimed qualification until a day; it counts from the next roll on."""
    found = _claimed(reference, actor)
    if expires_on <= local_date(now):
        raise Blocked("jury_qualification_past", _("Enter a day that is still to come."))
    found.state, found.expires_on = QualificationState.VERIFIED, expires_on
    return _decided(found, actor, now)


@transaction.atomic
def refuse_qualification(
    *, reference: str, reason: str, actor: Actor, now: datetime
) -> JurorQualification:
    """Say why a claimed qualification is not verified; it may be claimed again."""
    found = _claimed(reference, actor)
    found.state, found.refusal_reason = QualificationState.REFUSED, reason
    return _decided(found, actor, now)


def _claimed(reference: str, actor: Actor) -> JurorQualification:
    found = JurorQualification.objects.select_for_update().get(reference=reference)
    if not actor.has("jury_officer"):
        raise NotAllowed("jury_officer_only", _("A jury officer does this."))
    if found.person_id == actor.person_id:
        raise NotAllowed(
            "jury_own_qualification", _("Somebody else checks your own qualification.")
        )
    if found.state != QualificationState.CLAIMED:
        raise WrongState(
            "jury_qualification_decided",
            _("This qualification is decided."),
            state=str(found.state),
        )
    return found


def _decided(found: JurorQualification, actor: Actor, now: datetime) -> JurorQualification:
    found.verified_by_id, found.verified_at = actor.person_id, now
    found.save()
    tell_qualification(found, now)
    return found
