"""Plans and their rulebooks: drafted, commented on, announced, in force."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django_fsm import can_proceed

from core.actor import Actor
from core.canonical import canonical_json, sha256_hex
from core.deadlines import cancel, schedule
from core.errors import Blocker, WrongState, refuse_if
from core.zone import add_days, local_date, start_of_day
from members.models import Plan, RulebookVersion
from members.permissions import require_admin
from members.rulebook import parse
from members.states import PUBLISHED_STATES, RulebookState
from record.services import append_entry

PUT_IN_FORCE = "put_in_force"


@transaction.atomic
def create_plan(
    *,
    code: str,
    name_en: str,
    name_zh: str,
    actor: Actor,
    now: datetime,
    currency: str = "CNY",
    zone: str = "Asia/Shanghai",
) -> Plan:
    """Create a plan; it takes members once a version of its rulebook is announced."""
    require_admin(actor)
    return Plan.objects.create(
        code=code, name_en=name_en, name_zh=name_zh, currency=currency, zone=zone
    )


@transaction.atomic
def draft_rulebook(
    *, plan_code: str, body: dict[str, Any], actor: Actor, now: datetime
) -> RulebookVersion:
    """Write the next version as a draft; RulebookError where the body cannot be read."""
    plan = Plan.objects.select_for_update().get(code=plan_code)
    require_admin(actor)
    rulebook = parse(body)
    if rulebook.plan_code != plan.code or rulebook.zone != plan.zone:
        raise ValueError(f"the rulebook is of {rulebook.plan_code} in {rulebook.zone}")
    last = plan.versions.order_by("-number").first()
    return RulebookVersion.objects.create(
        plan=plan,
        number=last.number + 1 if last else 1,
        body=body,
        body_digest=sha256_hex(canonical_json(body)),
    )


@transaction.atomic
def open_consultation(*, version_id: int, actor: Actor, now: datetime) -> RulebookVersion:
    """Lay a draft open for the members' comments."""
    version = _lock(version_id)
    require_admin(actor)
    if not can_proceed(version.consult):
        raise _wrong_state(version)
    version.consult()
    version.consultation_from = local_date(now, version.plan.zone)
    version.save(update_fields=["state", "consultation_from"])
    return version


@transaction.atomic
def announce_rulebook(
    *, version_id: int, effective_on: date, actor: Actor, now: datetime
) -> RulebookVersion:
    """Give final notice of a version and its effective day; from here on it never changes.

    A change needs the notice days that the version before it laid down, and its comment days
    where it was laid open; a plan's first version needs neither. The announcement is an entry
    of the public record.
    """
    version = _lock(version_id)
    require_admin(actor)
    if not can_proceed(version.announce):
        raise _wrong_state(version)
    today = local_date(now, version.plan.zone)
    refuse_if(announcing_blockers(version, effective_on, today))
    version.announce()
    version.announced_on = today
    version.effective_on = effective_on
    version.save(update_fields=["state", "announced_on", "effective_on"])
    _publish(version, now)
    schedule(PUT_IN_FORCE, _subject(version), start_of_day(effective_on, version.plan.zone))
    return version


def announcing_blockers(version: RulebookVersion, effective_on: date, today: date) -> list[Blocker]:
    """Return everything that keeps a version from taking effect on a day."""
    published = version.plan.versions.filter(state__in=sorted(PUBLISHED_STATES))
    last = published.order_by("-effective_on").first()
    if last is None or last.effective_on is None:
        return []
    found = []
    rules = parse(last.body)
    if effective_on <= last.effective_on:
        message = _("The version must take effect after the one before it.")
        found.append(Blocker("rulebook_before_last", message))
    if effective_on < add_days(today, rules.rule_notice_days):
        message = _("The rulebook lays down more days of notice than that.")
        found.append(Blocker("rulebook_notice_too_short", message))
    commented = version.consultation_from
    if rules.rule_comment_days and (
        commented is None or today < add_days(commented, rules.rule_comment_days)
    ):
        message = _("The members' time for comments is not over.")
        found.append(Blocker("rulebook_comments_open", message))
    return found


@transaction.atomic
def put_in_force(*, version_id: int, actor: Actor, now: datetime) -> RulebookVersion:
    """Let an announced version take effect on or after its day; it replaces the one before.

    Entries of the public record say so for both.
    """
    version = _lock(version_id)
    require_admin(actor)
    if not can_proceed(version.enforce):
        raise _wrong_state(version)
    day = _day(version.effective_on)
    early = local_date(now, version.plan.zone) < day
    message = _("The version takes effect on a later day.")
    refuse_if([Blocker("rulebook_not_due", message)] if early else [])
    previous = (
        RulebookVersion.objects.select_for_update()
        .filter(plan=version.plan, state=RulebookState.IN_FORCE)
        .first()
    )
    if previous is not None:
        previous.supersede()
        previous.superseded_on = day
        previous.save(update_fields=["state", "superseded_on"])
    version.enforce()
    version.save(update_fields=["state"])
    _publish(version, now)
    if actor.kind != "clock":
        cancel(PUT_IN_FORCE, _subject(version))
    return version


@transaction.atomic
def wind_down_plan(*, plan_code: str, actor: Actor, now: datetime) -> Plan:
    """Stop taking members; what is open is finished by the rulebook's closing rules."""
    plan = Plan.objects.select_for_update().get(code=plan_code)
    require_admin(actor)
    if not can_proceed(plan.wind_down):
        raise WrongState("plan_wrong_state", _("The plan is not open."), state=plan.state)
    plan.wind_down()
    plan.save(update_fields=["state"])
    return plan


@transaction.atomic
def close_plan(*, plan_code: str, actor: Actor, now: datetime) -> Plan:
    """End a plan that is winding down."""
    plan = Plan.objects.select_for_update().get(code=plan_code)
    require_admin(actor)
    if not can_proceed(plan.close):
        message = _("Only a plan that is winding down can be closed.")
        raise WrongState("plan_wrong_state", message, state=plan.state)
    plan.close()
    plan.save(update_fields=["state"])
    return plan


def _lock(version_id: int) -> RulebookVersion:
    """Lock the plan, then the version, so that two versions never change places at once."""
    plan_id = RulebookVersion.objects.values_list("plan_id", flat=True).get(pk=version_id)
    Plan.objects.select_for_update().get(pk=plan_id)
    rows = RulebookVersion.objects.select_for_update(of=("self",)).select_related("plan")
    return rows.get(pk=version_id)


def _wrong_state(version: RulebookVersion) -> WrongState:
    message = _("The version is not in a state from which this can be done.")
    return WrongState("rulebook_wrong_state", message, state=version.state)


def _publish(version: RulebookVersion, now: datetime) -> None:
    append_entry(
        kind="rulebook_version",
        subject=_subject(version),
        body={
            "plan": version.plan.code,
            "number": version.number,
            "state": str(version.state),
            "announced_on": _day(version.announced_on).isoformat(),
            "effective_on": _day(version.effective_on).isoformat(),
            "body_digest": version.body_digest,
            "rules": version.body,
        },
        now=now,
    )


def _subject(version: RulebookVersion) -> str:
    """Return how record and deadlines name the version, e.g. `critical-illness@2`."""
    return f"{version.plan.code}@{version.number}"


def _day(day: date | None) -> date:
    """Return a day that every published version has, by a constraint of the database."""
    if day is None:
        raise ValueError("a published version has its days")
    return day
