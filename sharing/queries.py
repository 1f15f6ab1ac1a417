"""Reading rounds, members' statements and the journal."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Prefetch, QuerySet, Sum

from core.zone import start_of_day
from members.models import Membership
from record.models import Entry
from sharing.cohorts import past_rounds
from sharing.models import FailedDebit, JournalEntry, JournalLine, Round, RoundCase, RoundShare
from sharing.rules import Life, TierPeriod, shares_due, where_it_went
from sharing.states import Account, RoundState

PROPOSING_HOUR = timedelta(hours=9)
LAST_DAY = date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One round in a member's statement."""

    round: Round
    share_cents: int
    is_uncollected: bool


@dataclass(frozen=True, slots=True)
class CaseRow:
    """Where a part of one share went, in thousandths of a cent."""

    public_reference: str
    aid_cents: int
    mills: int


@dataclass(frozen=True, slots=True)
class WhereItWent:
    """One share taken apart: case by case, the fee, and what was carried on."""

    share_cents: int
    cases: tuple[CaseRow, ...]
    fee_mills: int
    surplus_mills: int


def lock_round(reference: str) -> Round:
    """Return a round with its row locked; Round.DoesNotExist where there is none."""
    rows = Round.objects.select_for_update(of=("self",)).select_related("plan", "rulebook_version")
    return rows.get(reference=reference)


def round_for(reference: str) -> Round:
    """Return a round with its plan; Round.DoesNotExist where there is none."""
    return Round.objects.select_related("plan", "rulebook_version").get(reference=reference)


def latest_rounds() -> QuerySet[Round]:
    """Return rounds, the latest sharing day first."""
    return Round.objects.select_related("plan").order_by("-sharing_on", "-id")


def proposing_at(found: Round) -> datetime:
    """Return when the clock proposes a round: on its sharing day, once notices have closed."""
    return start_of_day(found.sharing_on, found.plan.zone) + PROPOSING_HOUR


def surplus_before(found: Round) -> int:
    """Return the surplus that the plan's last round before this one carries on."""
    before = Round.objects.filter(plan_id=found.plan_id, sharing_on__lt=found.sharing_on)
    last = before.filter(state=RoundState.CLOSED).order_by("-sharing_on").first()
    return last.surplus_out_cents if last else 0


def life_of(membership: Membership) -> Life:
    """Return what decides a membership's shares."""
    tiers = membership.tiers.order_by("from_on")
    return Life(
        membership.starts_on,
        membership.ends_on,
        tuple(TierPeriod(row.from_on, row.tier, row.weight) for row in tiers),
    )


def shares_of(membership: Membership) -> dict[str, int]:
    """Return what a membership owed, by the round's reference, the earliest first."""
    rounds = past_rounds(membership.plan_id, LAST_DAY, date(membership.starts_on.year, 1, 1))
    return {past.reference: share for past, share in shares_due(life_of(membership), rounds)}


def share_in(membership: Membership, found: Round) -> int | None:
    """Return what a membership owes in a round; None where it was not counted in it."""
    year = date(found.sharing_on.year, 1, 1)
    rounds = past_rounds(found.plan_id, found.sharing_on + timedelta(days=1), year)
    due = {past.reference: share for past, share in shares_due(life_of(membership), rounds)}
    return due.get(found.reference)


def statement_for(membership: Membership) -> list[StatementRow]:
    """Return "where my share went", round by round, the latest first; computed on demand."""
    due = shares_of(membership)
    rounds = Round.objects.filter(reference__in=due).select_related("plan")
    failed = set(
        FailedDebit.objects.filter(membership=membership, collected_at__isnull=True).values_list(
            "round_id", flat=True
        )
    )
    return [
        StatementRow(row, due[row.reference], row.pk in failed)
        for row in rounds.order_by("-sharing_on")
    ]


def where_share_went(found: Round, share_cents: int) -> WhereItWent:
    """Take one share apart over the cases, the fee and the surplus carried on."""
    cases: Sequence[RoundCase] = list(
        found.cases.filter(is_dropped=False).order_by("public_reference")
    )
    uses = [case.aid_cents for case in cases] + [found.fee_cents, found.surplus_out_cents]
    *parts, fee, surplus = where_it_went(share_cents, uses)
    return WhereItWent(
        share_cents,
        tuple(
            CaseRow(case.public_reference, case.aid_cents, mills)
            for case, mills in zip(cases, parts, strict=True)
        ),
        fee,
        surplus,
    )


def on_the_board(public_references: Iterable[str]) -> frozenset[str]:
    """Return which cases the public record has published, so that a page may lead to them."""
    found = Entry.objects.filter(kind="case_published", subject__in=list(public_references))
    return frozenset(found.values_list("subject", flat=True))


def shares_in_order(found: Round) -> QuerySet[RoundShare]:
    """Return the shares of a round's cohorts, tier by tier."""
    return found.shares.order_by("tier", "weight_milli", "paid_from_cents")


def balances() -> dict[str, int]:
    """Return every account's balance in cents, debits less credits."""
    rows = JournalLine.objects.values("account").annotate(
        debit=Sum("debit_cents"), credit=Sum("credit_cents")
    )
    found = {row["account"]: int(row["debit"]) - int(row["credit"]) for row in rows}
    return {account.value: found.get(account.value, 0) for account in Account}


def entries_about(subject: str) -> QuerySet[JournalEntry]:
    """Return the journal entries about a round or a payout, with their lines."""
    lines = JournalLine.objects.order_by("position")
    return (
        JournalEntry.objects.filter(subject=subject)
        .prefetch_related(Prefetch("lines", queryset=lines))
        .order_by("id")
    )
