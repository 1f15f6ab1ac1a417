"""The public board: a case's first publication in a batch, and every later statement about it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import override

from claims.models import Claim, Recommendation
from claims.queries import bound_rules, lock_claim
from claims.states import NOTICED, State
from core.actor import Actor
from core.zone import local_date
from disclosure import permissions
from disclosure.anonymity import MINIMUM_CLASS, Case, Placed, PublicForm, group_cases
from disclosure.models import (
    NoticeEntry,
    NoticePeriod,
    Objection,
    PublicCase,
    PublicCaseEntry,
    Redaction,
)
from disclosure.queries import period_of_key
from disclosure.search import terms_of
from disclosure.services.publishing import (
    core_of,
    publish_statement,
    with_corrections,
    write_standing,
)
from disclosure.statements import Body, statement_of
from members.ages import age_on
from members.provinces import PROVINCES, REGIONS
from members.rulebook import Rulebook
from record.services import append_entry

PUBLISHED = "case_published"
UPDATED = "case_updated"
LANGUAGES = ("zh-hans", "en")


def waiting_claims(plan_id: int) -> QuerySet[Claim]:
    """Return a plan's claims that may go on the board and are not there yet, by id.

    They have been on notice and still stand, or were denied finally with a signed redaction.
    """
    noticed = NoticeEntry.objects.filter(claim=OuterRef("pk"))
    signed = Redaction.objects.filter(claim=OuterRef("pk"), signed_by__isnull=False)
    return (
        Claim.objects.filter(plan_id=plan_id, public_case__isnull=True)
        .filter(
            Q(Exists(noticed)) & Q(state__in=sorted(NOTICED))
            | Q(Exists(signed)) & Q(state=State.DENIED_FINALLY)
        )
        .select_related("covered", "rulebook_version", "plan")
        .defer("rulebook_version__body", "story", "bank_account_encrypted")
        .order_by("id")
    )


@transaction.atomic
def publish_batch(*, key: str, actor: Actor, now: datetime) -> list[PublicCase]:
    """Publish a period's batch: forms fixed once, in classes of at least eleven (promise 29).

    Cases that find no class wait for a later batch; the totals are published in any case. A
    second call publishes only what has come since. Takes the plan's claims by ascending id.
    """
    permissions.require_machine(actor)
    found = period_of_key(key)
    period = (
        NoticePeriod.objects.select_for_update(no_key=True, of=("self",))
        .select_related("plan")
        .get(pk=found.pk)
    )
    claims = list(waiting_claims(period.plan_id))
    minimum = max((bound_rules(claim).minimum_class for claim in claims), default=MINIMUM_CLASS)
    waited = _waited(period, claims)
    cases = [replace(case_of(claim), has_waited=claim.pk in waited) for claim in claims]
    grouping = group_cases(cases, minimum)
    published = [
        _publish_case(claim, grouping.placed[claim.public_reference], period, now)
        for claim in claims
        if claim.public_reference in grouping.placed
    ]
    append_entry(
        kind="batch_waiting" if not published else "notice_period",
        subject=key,
        body=_totals(period, published, len(grouping.waiting)),
        now=now,
    )
    return published


def _waited(period: NoticePeriod, claims: Sequence[Claim]) -> set[int]:
    """Return the claims that an earlier batch of the plan left waiting already."""
    before = (
        NoticePeriod.objects.filter(plan_id=period.plan_id, opens_at__lt=period.opens_at)
        .order_by("-opens_at")
        .values_list("opens_at", flat=True)
        .first()
    )
    if before is None:
        return set()
    noticed = NoticeEntry.objects.filter(
        claim__in=[claim.pk for claim in claims], opens_at__lt=period.opens_at
    )
    denied = {
        claim.pk
        for claim in claims
        if claim.state == State.DENIED_FINALLY and claim.state_entered_at < before
    }
    return denied | set(noticed.values_list("claim_id", flat=True))


def _totals(period: NoticePeriod, published: Sequence[PublicCase], waiting: int) -> Body:
    noticed = NoticeEntry.objects.filter(period=period)
    return {
        "aid_cents": sum(noticed.values_list("claim__aid_cents", flat=True)),
        "cases": noticed.count(),
        "closes_on": local_date(period.closes_at, period.plan.zone).isoformat(),
        "notice_on": period.notice_on.isoformat(),
        "plan": period.plan.code,
        "published": len(published),
        "waiting": waiting,
    }


def case_of(claim: Claim) -> Case:
    """Return what could single a filed claim out; LookupError for one without its facts."""
    version, filed_at = claim.rulebook_version, claim.filed_at
    diagnosed_on = claim.first_diagnosed_on
    if version is None or filed_at is None or diagnosed_on is None:
        raise LookupError(f"{claim.reference} is not filed yet")
    return Case(
        reference=claim.public_reference,
        amount_cents=_amount_at_stake(claim),
        disease=claim.disease_code,
        disease_group=bound_rules(claim).disease(claim.disease_code).group,
        age=age_on(claim.covered.born_on, diagnosed_on),
        sex=claim.covered.sex,
        province=claim.province or claim.covered.province,
        filed_on=local_date(filed_at, claim.plan.zone),
        rules=str(version.number),
    )


def _amount_at_stake(claim: Claim) -> int:
    """Return the aid, or of a denial what is due if it is ever overturned."""
    if claim.aid_cents is not None:
        return claim.aid_cents
    amounts = Recommendation.objects.filter(claim=claim).order_by("-number")
    return amounts.values_list("amount_cents", flat=True).first() or 0


def _publish_case(
    claim: Claim,
    placed: Placed,
    period: NoticePeriod,
    now: datetime,
) -> PublicCase:
    case = _new_case(claim, placed, period, now)
    body = statement_of(case, claim)
    publish_statement(case=case, kind=PUBLISHED, body=body, now=now)
    write_standing(case, body, claim.event_count, now)
    _note_told(claim)
    return case


def _new_case(
    claim: Claim,
    placed: Placed,
    period: NoticePeriod,
    now: datetime,
) -> PublicCase:
    return PublicCase.objects.create(
        reference=claim.public_reference,
        claim=claim,
        plan=period.plan,
        period=period,
        class_key=placed.form.key,
        class_size=placed.class_size,
        terms=search_terms(placed.form, bound_rules(claim), period),
        published_at=now,
        **placed.form.as_body(),
    )


def search_terms(form: PublicForm, rulebook: Rulebook, period: NoticePeriod) -> list[str]:
    """Return the terms of what the form tells, in both languages."""
    texts = [period.plan.name_zh, period.plan.name_en, form.filed, form.age_band]
    if form.disease:
        disease = rulebook.disease(form.disease)
        texts += [disease.name_zh, disease.name_en]
    for language in LANGUAGES:
        with override(language):
            texts += [str(PROVINCES.get(form.province, "")), str(REGIONS.get(form.region, ""))]
    return terms_of(texts)


@transaction.atomic
def update_case(*, reference: str, actor: Actor, now: datetime) -> PublicCaseEntry | None:
    """Publish what has changed about a published case; None where nothing has.

    `reference` is the case's public one. Corrections made earlier stay in force.
    """
    permissions.require_machine(actor)
    case = PublicCase.objects.select_related("claim", "plan", "period").get(reference=reference)
    claim = lock_claim(case.claim.reference)
    last = case.entries.select_related("entry").order_by("-seq")[0]
    body = with_corrections(case, statement_of(case, claim))
    entry = None
    if body != core_of(last):
        entry = publish_statement(case=case, kind=UPDATED, body=body, now=now)
    write_standing(case, body, claim.event_count, now)
    _note_told(claim)
    return entry


def _note_told(claim: Claim) -> None:
    """Note which state of each objection the board has told."""
    Objection.objects.filter(entry__claim=claim).exclude(told_state=F("state")).update(
        told_state=F("state")
    )


def update_board(*, actor: Actor, now: datetime, limit: int = 500) -> int:
    """Bring published cases up to date, each in its own transaction; return how many changed."""
    permissions.require_machine(actor)
    untold = Objection.objects.exclude(told_state=F("state")).filter(
        entry__claim__public_case__isnull=False
    )
    changed = list(
        PublicCase.objects.exclude(standing__seen_events=F("claim__event_count"))
        .order_by("claim_id")
        .values_list("reference", flat=True)[:limit]
    )
    objected = untold.values_list("entry__claim__public_reference", flat=True)[:limit]
    return sum(
        update_case(reference=reference, actor=actor, now=now) is not None
        for reference in dict.fromkeys([*changed, *objected])
    )
