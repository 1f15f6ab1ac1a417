"""Who is on the roll: numbering and freezing it, and a seeded world's jurors."""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.errors import Blocked, NotAllowed, refuse_if
from core.references import new_reference
from core.zone import local_date
from jury.exam.rules import rules_digest
from jury.juror_queries import person_blockers, published_rules_versions
from jury.models import ExamPass, JurorStanding, Roll, RulesAcceptance
from jury.queries import current_roll
from jury.states import QualificationKind, StandingState
from members.models import Person, Plan
from members.queries import rulebook_for
from members.states import Language
from record.services import append_entry

EXAM_VALID_DAYS = 730
ROLL_TAG = "gongdao-roll-1"
_CHUNK = 20_000


@transaction.atomic
def enrol_juror(*, person_id: int, score: int, actor: Actor, now: datetime) -> JurorStanding:
    """Make a person of a seeded world a juror, as if they had passed the exam; the system only.

    The jury rules that any published rulebook names count as accepted. Refused under 18 and
    without a verified identity. Twice changes nothing but the exam's date.
    """
    if actor.kind == "person":
        raise NotAllowed("jury_exam_first", _("Pass the exam to become a juror."))
    person = Person.objects.get(pk=person_id)
    refuse_if(person_blockers(person, local_date(now)))
    for version in published_rules_versions():
        RulesAcceptance.objects.get_or_create(
            person=person,
            version=version,
            defaults={
                "language": Language.CHINESE,
                "text_digest": rules_digest(version, Language.CHINESE),
                "accepted_at": now,
            },
        )
    ExamPass.objects.create(
        person=person,
        score=score,
        passed_at=now,
        expires_at=now + timedelta(days=EXAM_VALID_DAYS),
    )
    standing, _made = JurorStanding.objects.get_or_create(
        person=person, defaults={"state": StandingState.ACTIVE, "state_entered_at": now}
    )
    return standing


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
    for kind in QualificationKind.values:
        of_kind, digest_of_kind = expert_digest(roll, kind)
        roll.experts[kind] = {"size": of_kind, "digest": digest_of_kind}
    roll.save(update_fields=["size", "digest", "experts", "frozen_at"])
    append_entry(
        kind="roll_frozen",
        subject=roll.reference,
        body={
            "roll": roll.reference,
            "plan": plan.code,
            "period": roll.period,
            "size": size,
            "digest": digest,
            "experts": roll.experts,
        },
        now=now,
    )
    return roll


def _number(roll: Roll, now: datetime) -> None:
    """Write the entries, then each kind of expert's own, in one statement each."""
    values: dict[str, int | str | datetime] = {
        "roll": roll.pk,
        "salt": roll.salt,
        "plan": roll.plan_id,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_NUMBER_JURORS, values)
        for kind in QualificationKind.values:
            on = local_date(now, roll.plan.zone)
            cursor.execute(_NUMBER_EXPERTS, {**values, "kind": kind, "on": on})


_NUMBER_JURORS = """
INSERT INTO jury_rollentry (roll_id, number, person_id)
SELECT %(roll)s, row_number() OVER (ORDER BY sha256(convert_to(
           %(salt)s || p.reference, 'UTF8'))), p.id
  FROM jury_jurorstanding s JOIN members_person p ON p.id = s.person_id
  JOIN jury_blockers(%(plan)s, %(now)s) b ON b.person_id = s.person_id
 WHERE s.state = 'active' AND b.reasons = '{}'
"""

_NUMBER_EXPERTS = """
INSERT INTO jury_rollexpert (roll_id, kind, number, person_id)
SELECT %(roll)s, %(kind)s, row_number() OVER (ORDER BY e.number), e.person_id
  FROM jury_rollentry e
 WHERE e.roll_id = %(roll)s AND EXISTS (
       SELECT FROM jury_jurorqualification q
        WHERE q.person_id = e.person_id AND q.kind = %(kind)s AND q.state = 'verified'
          AND q.expires_on > %(on)s)
"""


def roll_digest(roll: Roll) -> tuple[int, str]:
    """Return a roll's size and digest, read in stretches of its numbers.

    The digest is SHA-256 over the line `gongdao-roll-1` and one line `number:token` each, the
    token being SHA-256 over salt and the person's reference: who stands there stays private.
    """
    return _digest(_JUROR_LINES, {"roll": roll.pk, "salt": roll.salt})


def expert_digest(roll: Roll, kind: str) -> tuple[int, str]:
    """Return the size and digest of a roll's experts of a kind, made as the roll's are."""
    return _digest(_EXPERT_LINES, {"roll": roll.pk, "salt": roll.salt, "kind": kind})


def _digest(sql: str, values: dict[str, int | str]) -> tuple[int, str]:
    digest = hashlib.sha256(f"{ROLL_TAG}\n".encode())
    size, first = 0, 1
    with connection.cursor() as cursor:
        while True:
            cursor.execute(sql, {**values, "first": first, "last": first + _CHUNK - 1})
            count, lines = cursor.fetchone()
            if not count:
                return size, digest.hexdigest()
            digest.update(lines.encode())
            size, first = size + count, first + _CHUNK


_LINES = """
SELECT count(*), string_agg(e.number || ':' || encode(sha256(convert_to(
           %(salt)s || p.reference, 'UTF8')), 'hex') || chr(10), '' ORDER BY e.number)
"""
_JUROR_LINES = f"""{_LINES}
  FROM jury_rollentry e JOIN members_person p ON p.id = e.person_id
 WHERE e.roll_id = %(roll)s AND e.number BETWEEN %(first)s AND %(last)s
"""
_EXPERT_LINES = f"""{_LINES}
  FROM jury_rollexpert e JOIN members_person p ON p.id = e.person_id
 WHERE e.roll_id = %(roll)s AND e.kind = %(kind)s AND e.number BETWEEN %(first)s AND %(last)s
"""
