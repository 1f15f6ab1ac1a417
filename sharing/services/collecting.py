"""Collecting the shares of a round: only the debits that failed become rows."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.errors import Blocker, refuse_if
from members.models import Membership
from members.queries import rulebook_of
from sharing.models import FailedDebit, Round
from sharing.permissions import FINANCE, require, require_state
from sharing.queries import lock_round, share_in
from sharing.states import RoundState


@transaction.atomic
def start_collecting(*, reference: str, actor: Actor, now: datetime) -> Round:
    """Have the shares debited; failed debits are retried for the rulebook's days."""
    found = lock_round(reference)
    require(actor, FINANCE)
    require_state(found, RoundState.PROPOSED)
    retry_days = rulebook_of(found.rulebook_version).exit.debit_retry_days
    found.collecting_at = now
    found.collecting_by_id = actor.person_id
    found.collecting_ends_at = now + timedelta(days=retry_days)
    found.start_collecting()
    found.save()
    return found


@transaction.atomic
def record_failed_debits(
    *, reference: str, memberships: Sequence[str], actor: Actor, now: datetime
) -> list[FailedDebit]:
    """Record whose share could not be debited; all of them or, with every blocker, none.

    A membership that was reported before stays as it is.
    """
    found = lock_round(reference)
    require(actor, FINANCE)
    require_state(found, RoundState.COLLECTING)
    wanted = list(dict.fromkeys(memberships))
    known = {row.reference: row for row in Membership.objects.filter(reference__in=wanted)}
    reported = set(found.failed_debits.values_list("membership_id", flat=True))
    blockers, rows = [], []
    for name in wanted:
        membership = known.get(name)
        share = share_in(membership, found) if membership else None
        if membership is None or not share:
            message = _("%(membership)s owes nothing in this round.") % {"membership": name}
            blockers.append(Blocker("round_no_such_share", message))
        elif membership.pk not in reported:
            rows.append(
                FailedDebit(
                    round=found,
                    membership=membership,
                    amount_cents=share,
                    reported_at=now,
                    reported_by_id=actor.person_id or 0,
                )
            )
    refuse_if(blockers)
    return FailedDebit.objects.bulk_create(rows)


@transaction.atomic
def record_collected_debits(
    *, reference: str, memberships: Sequence[str], actor: Actor, now: datetime
) -> int:
    """Record that debits which had failed went through on a later try; return how many."""
    found = lock_round(reference)
    require(actor, FINANCE)
    require_state(found, RoundState.COLLECTING)
    wanted = set(memberships)
    rows = found.failed_debits.filter(membership__reference__in=wanted)
    missing = wanted - set(rows.values_list("membership__reference", flat=True))
    refuse_if(
        Blocker(
            "round_no_such_debit",
            _("%(membership)s has no failed debit in this round.") % {"membership": name},
        )
        for name in sorted(missing)
    )
    return rows.filter(collected_at__isnull=True).update(collected_at=now)
