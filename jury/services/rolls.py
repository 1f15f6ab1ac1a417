"""Who is on the roll: accepting the jury rules, passing the exam, freezing the roll."""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.errors import Blocked, Blocker, NotAllowed, refuse_if
from core.references import new_reference
from core.zone import local_date
from jury.models import ExamPass, JurorStanding, Roll, RollEntry
from jury.queries import current_roll
from jury.states import StandingState
from members.models import Person, Plan
from members.queries import rulebook_for
from record.services import append_entry

ADULT_YEARS = 18
EXAM_VALID_DAYS = 730
ROLL_TAG = "gongdao-roll-1"
_CHUNK = 20_000


@transaction.atomic
def enrol_juror(*, person_id: int, score: int, actor: Actor, now: datetime) -> JurorStanding:
    """Record a passed exam and the accepted jury rules; the person is on the next roll.

    The person enrols themself, or the system does it for a seeded world. Refused under 18 and
    without a verified identity. Twice changes nothing but the exam's date.
    """
    if actor.kind == "person" and actor.person_id != person_id:
        raise NotAllowed("jury_not_yours", _("You may enrol only yourself."))
    person = Person.objects.get(pk=person_id)
    refuse_if(_enrolment_blockers(person, now))
    ExamPass.objects.create(
        person=person,
        score=score,
        passed_at=now,
        expires_at=now + timedelta(days=EXAM_VALID_DAYS),
    )
    standing, _made = JurorStanding.objects.get_or_create(
        person=person,
        defaults={
            "state": StandingState.ACTIVE,
            "rules_accepted_at": now,
            "state_entered_at": now,
        },
    )
    return standing


def _enrolment_blockers(person: Person, now: datetime) -> list[Blocker]:
    found: list[Blocker] = []
    today = local_date(now)
    eighteen = person.born_on.year + ADULT_YEARS
    if (eighteen, person.born_on.month, person.born_on.day) > (today.year, today.month, today.day):
        found.append(Blocker("jury_under_age", _("Jurors are 18 or older.")))
    if not person.is_identity_verified:
        found.append(Blocker("jury_unverified", _("A juror's identity must be verified.")))
    return found


@transaction.atomic
def freeze_roll(
    *,
    plan_id: int,
    now: datetime,
    token_bytes: Callable[[int], bytes] = secrets.token_bytes,
) -> Roll:
    """Return the plan's roll for the present period, numbering and freezing a new one if needed.

    The roll's order is that of a salted digest of the person's reference, so that a number
    tells nothing. Its size and digest become an entry of the public record (promise 31).
    Raises Blocked where nobody is qualified.
    """
    plan = Plan.objects.select_for_update().get(pk=plan_id)
    known = current_roll(plan.pk, now)
    if known is not None:
        return known
    rules = rulebook_for(plan, local_date(now, plan.zone)).jury
    roll = Roll.objects.create(
        reference=new_reference("L"),
        plan=plan,
        period=f"{local_date(now, plan.zone).isoformat()}",
        valid_from=now,
        valid_until=now + timedelta(days=max(rules.roll_days, 1)),
        salt=token_bytes(32).hex(),
    )
    _number(roll, now)
    size, digest = roll_digest(roll)
    if size == 0:
        raise Blocked("jury_no_jurors", _("Nobody is qualified to be a juror yet."))
    roll.size, roll.digest, roll.frozen_at = size, digest, now
    roll.save(update_fields=["size", "digest", "frozen_at"])
    append_entry(
        kind="roll_frozen",
        subject=roll.reference,
        body={
            "roll": roll.reference,
            "plan": plan.code,
            "period": roll.period,
            "size": size,
            "digest": digest,
        },
        now=now,
    )
    return roll


def _number(roll: Roll, now: datetime) -> None:
    """Write the entries in one statement, however many jurors there are."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO jury_rollentry (roll_id, number, person_id)
            SELECT %(roll)s, row_number() OVER (ORDER BY sha256(convert_to(
                       %(salt)s || p.reference, 'UTF8'))), p.id
              FROM jury_jurorstanding s JOIN members_person p ON p.id = s.person_id
             WHERE s.state = 'active' AND p.is_identity_verified
               AND EXISTS (SELECT FROM jury_exampass x
                            WHERE x.person_id = p.id AND x.expires_at > %(now)s)
            """,
            {"roll": roll.pk, "salt": roll.salt, "now": now},
        )


def roll_digest(roll: Roll) -> tuple[int, str]:
    """Return a roll's size and digest, read row by row.

    The digest is SHA-256 over the line `gongdao-roll-1` and one line `number:token` each, the
    token being SHA-256 over salt and the person's reference: who stands there stays private.
    """
    digest = hashlib.sha256(f"{ROLL_TAG}\n".encode())
    size = 0
    rows = (
        RollEntry.objects.filter(roll=roll)
        .order_by("number")
        .values_list("number", "person__reference")
    )
    for number, reference in rows.iterator(chunk_size=_CHUNK):
        token = hashlib.sha256((roll.salt + reference).encode()).hexdigest()
        digest.update(f"{number}:{token}\n".encode())
        size += 1
    return size, digest.hexdigest()


@transaction.atomic
def suspend_juror(
    *, person_id: int, reason_code: str, until: datetime | None, actor: Actor, now: datetime
) -> JurorStanding:
    """Suspend a juror until a day, or disqualify them where no end is given; a coded reason."""
    if not actor.has("jury_officer"):
        raise NotAllowed("jury_officer_only", _("A jury officer does this."))
    standing = JurorStanding.objects.select_for_update().get(person_id=person_id)
    standing.state = StandingState.SUSPENDED if until else StandingState.DISQUALIFIED
    standing.reason_code = reason_code
    standing.suspended_until = until
    standing.state_entered_at = now
    standing.save()
    return standing
