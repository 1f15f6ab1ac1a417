"""Joining, leaving, changing tier and payer; each writes its units in the same transaction."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.errors import Blocked, Blocker, NotAllowed, WrongState, refuse_if
from core.references import new_reference
from core.zone import add_days, days_between, local_date
from members import messages
from members.ages import age_on
from members.models import (
    HealthStatement,
    Membership,
    MembershipTier,
    Person,
    Plan,
    RulebookVersion,
    UnitDelta,
)
from members.permissions import require_self_or_admin
from members.queries import (
    rulebook_for,
    rulebook_of,
    rulebook_version_on,
    tier_on,
    version_in_force,
)
from members.rulebook import Rulebook, Tier
from members.services.inbox import Params, notify, notify_many
from members.states import EndReason, Language, PlanState


@transaction.atomic
def enrol(
    *,
    person_id: int,
    plan_code: str,
    actor: Actor,
    now: datetime,
    payer_id: int | None = None,
    tier: str = "standard",
    answers: Mapping[str, str] | None = None,
    language: str = Language.CHINESE,
) -> Membership:
    """Make a person a member from 00:00 tomorrow on, with the health statement as answered.

    `answers` is question code → "yes" or "no". That a membership starts with a day that has
    not begun makes the units of a lock instant final when it comes. Raises NotAllowed, or
    Blocked with everything that keeps the person out.
    """
    plan = Plan.objects.get(code=plan_code)
    person = Person.objects.select_for_update().get(pk=person_id)
    payer = person if payer_id in (None, person_id) else Person.objects.get(pk=payer_id)
    require_self_or_admin(actor, person.pk, payer.pk)
    starts_on = add_days(local_date(now, plan.zone), 1)
    given = dict(answers or {})
    refuse_if(joining_blockers(person, payer, plan, tier, given, starts_on))
    version = version_in_force(plan, starts_on)
    rulebook = rulebook_of(version)
    membership = Membership.objects.create(
        reference=new_reference("M"),
        person=person,
        plan=plan,
        payer=payer,
        starts_on=starts_on,
    )
    _record_start(membership, rulebook.tier(tier))
    _record_health(membership, version, rulebook, given, language, now)
    _welcome(membership, rulebook, now)
    return membership


def joining_blockers(
    person: Person,
    payer: Person,
    plan: Plan,
    tier: str,
    answers: Mapping[str, str],
    starts_on: date,
) -> list[Blocker]:
    """Return everything that keeps a person out of a plan on a day."""
    found: list[Blocker] = []
    if plan.state != PlanState.OPEN:
        found.append(Blocker("plan_not_open", _("The plan takes no new members.")))
    version = rulebook_version_on(plan, starts_on)
    if version is None:
        return [*found, Blocker("plan_without_rules", _("The plan has no rules in force yet."))]
    rulebook = rulebook_of(version)
    if not (person.is_identity_verified and payer.is_identity_verified):
        message = _("Verify the identity of the member and of who pays first.")
        found.append(Blocker("identity_unverified", message))
    if tier not in {known.code for known in rulebook.tiers}:
        found.append(Blocker("tier_unknown", _("The plan has no such tier.")))
    found += _age_blockers(person, rulebook, starts_on)
    found += _health_blockers(rulebook, answers)
    current = Membership.objects.filter(person=person, plan=plan).filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=starts_on) | Q(starts_on=starts_on)
    )
    if current.exists():
        message = _("This person is a member of the plan on that day already.")
        found.append(Blocker("membership_exists", message))
    return found


@transaction.atomic
def leave(
    *,
    reference: str,
    actor: Actor,
    now: datetime,
    reason: str = EndReason.LEFT,
    ends_on: date | None = None,
) -> Membership:
    """End a membership at 00:00 of a day, by default tomorrow.

    Whoever leaves while a notice is open was counted at 00:00 of its day and pays that round.
    Members leave by themselves only for the reason `left`. Raises NotAllowed, WrongState where
    the membership has its end already, or Blocked: a payer's dependants leave first.
    """
    membership = _lock(reference)
    tomorrow = add_days(local_date(now, membership.plan.zone), 1)
    day = ends_on or max(tomorrow, membership.starts_on)
    known = EndReason(reason)
    require_self_or_admin(actor, membership.person_id, membership.payer_id)
    if known != EndReason.LEFT and actor.kind == "person" and not actor.roles:
        raise NotAllowed("members_not_yours", _("A member may only leave."))
    _require_live(membership)
    refuse_if(leaving_blockers(membership, day, tomorrow, known))
    tier = tier_on(membership.pk, day)
    membership.ends_on = day
    membership.end_reason = known.value
    membership.save(update_fields=["ends_on", "end_reason"])
    _record_units(membership.plan, tier.tier, tier.weight, day, -1)
    params = {
        "reference": membership.reference,
        "plan": membership.plan.code,
        "ends_on": day.isoformat(),
    }
    notify(membership.person_id, messages.MEMBERSHIP_ENDED, params, membership.reference, now)
    return membership


@transaction.atomic
def change_tier(*, reference: str, tier: str, actor: Actor, now: datetime) -> MembershipTier:
    """Move a membership to another tier from 00:00 tomorrow on."""
    membership = _lock(reference)
    require_self_or_admin(actor, membership.person_id, membership.payer_id)
    _require_live(membership)
    from_on = max(add_days(local_date(now, membership.plan.zone), 1), membership.starts_on)
    before = tier_on(membership.pk, from_on)
    tiers = {known.code: known for known in rulebook_for(membership.plan, from_on).tiers}
    blockers = []
    if tier not in tiers:
        blockers.append(Blocker("tier_unknown", _("The plan has no such tier.")))
    if before.tier == tier:
        blockers.append(Blocker("tier_held", _("The membership is in this tier already.")))
    if before.from_on >= from_on:
        message = _("The tier changes once a day; change it again tomorrow.")
        blockers.append(Blocker("tier_changed_today", message))
    refuse_if(blockers)
    weight = tiers[tier].weight
    row = MembershipTier.objects.create(
        membership=membership, from_on=from_on, tier=tier, weight=weight
    )
    _record_units(membership.plan, before.tier, before.weight, from_on, -1)
    _record_units(membership.plan, tier, weight, from_on, 1)
    params = {
        "reference": reference,
        "plan": membership.plan.code,
        "from_on": from_on.isoformat(),
    }
    notify(membership.person_id, messages.TIER_CHANGED, params, f"tier:{row.pk}", now)
    return row


@transaction.atomic
def change_payer(*, reference: str, payer_id: int, actor: Actor, now: datetime) -> Membership:
    """Let another verified person pay for a membership; the new payer agrees by doing it."""
    membership = _lock(reference)
    require_self_or_admin(actor, membership.person_id, payer_id)
    _require_live(membership)
    payer = Person.objects.get(pk=payer_id)
    if not payer.is_identity_verified:
        message = _("Verify the identity of the member and of who pays first.")
        raise Blocked("identity_unverified", message)
    membership.payer = payer
    membership.save(update_fields=["payer"])
    return membership


def _lock(reference: str) -> Membership:
    rows = Membership.objects.select_for_update(of=("self",)).select_related("plan")
    return rows.get(reference=reference)


def _require_live(membership: Membership) -> None:
    if membership.ends_on is not None:
        message = _("This membership has ended.")
        raise WrongState("membership_ended", message, state="ended")


def _age_blockers(person: Person, rulebook: Rulebook, day: date) -> list[Blocker]:
    if days_between(person.born_on, day) < rulebook.min_entry_age_days:
        return [Blocker("too_young", _("The person is too young for the plan."))]
    if age_on(person.born_on, day) > rulebook.max_entry_age:
        return [Blocker("too_old", _("The person is too old for the plan."))]
    return []


def _health_blockers(rulebook: Rulebook, answers: Mapping[str, str]) -> list[Blocker]:
    questions = {question.code: question for question in rulebook.health_questions}
    if set(answers) != set(questions) or not set(answers.values()) <= {"yes", "no"}:
        message = _("Answer every question of the health statement.")
        return [Blocker("health_unanswered", message)]
    failed = [code for code, given in answers.items() if given != questions[code].accepted_answer]
    if failed:
        message = _("By the health statement the plan's conditions for joining are not met.")
        return [Blocker("health_not_met", message)]
    return []


def leaving_blockers(
    membership: Membership, day: date, tomorrow: date, reason: EndReason
) -> list[Blocker]:
    """Return everything that keeps a membership from ending on a day."""
    found = []
    if day < max(tomorrow, membership.starts_on):
        message = _("A membership ends with tomorrow at the earliest.")
        found.append(Blocker("end_in_the_past", message))
    planned = membership.tiers.filter(from_on__gt=day).exists()
    if planned and day > membership.starts_on:
        message = _("A change of tier is planned after that day.")
        found.append(Blocker("tier_change_planned", message))
    dependants = Membership.objects.filter(
        plan=membership.plan, payer_id=membership.person_id, ends_on__isnull=True
    ).exclude(person_id=membership.person_id)
    if reason == EndReason.LEFT and dependants.exists():
        message = _("Those this member pays for leave first, or get another payer.")
        found.append(Blocker("dependants_first", message))
    return found


def _record_start(membership: Membership, tier: Tier) -> None:
    MembershipTier.objects.create(
        membership=membership, from_on=membership.starts_on, tier=tier.code, weight=tier.weight
    )
    _record_units(membership.plan, tier.code, tier.weight, membership.starts_on, 1)


def _record_units(plan: Plan, tier: str, weight: int, on: date, delta: int) -> None:
    UnitDelta.objects.create(plan=plan, tier=tier, weight=weight, effective_on=on, delta=delta)


def _record_health(
    membership: Membership,
    version: RulebookVersion,
    rulebook: Rulebook,
    answers: Mapping[str, str],
    language: str,
    now: datetime,
) -> None:
    """Store the statement word for word in the language it was read in."""
    known = Language(language)
    with translation.override(known.value):
        shown = rulebook.health_text
        rows = [
            {"code": question.code, "question": question.text, "answer": answers[question.code]}
            for question in rulebook.health_questions
        ]
    HealthStatement.objects.create(
        membership=membership,
        version=version,
        shown_text=shown,
        answers=rows,
        language=known.value,
        answered_at=now,
    )


def _welcome(membership: Membership, rulebook: Rulebook, now: datetime) -> None:
    params: Params = {
        "reference": membership.reference,
        "plan": membership.plan.code,
        "starts_on": membership.starts_on.isoformat(),
        "waiting_days": rulebook.waiting.days,
    }
    told = sorted({membership.person_id, membership.payer_id})
    notify_many(told, messages.WELCOME, params, membership.reference, now)
