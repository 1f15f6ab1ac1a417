"""What waits for somebody, in figures and in a sentence, and the console's navigation from it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import CharField, Count, F, Min, Q, Value
from django.utils import formats as django_formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from claims.states import FINAL, State
from claims.visibility import visible_to
from core import formats
from core.actor import Actor
from core.zone import local_date
from desk.acts import NEVER, PASSIVE, act_counts
from desk.waiting import states_of, waiting_claims
from members.models import RoleGrant


@dataclass(frozen=True, slots=True)
class Work:
    """How much waits for a person: claims by state, other acts by (kind, act), and until when."""

    claims: dict[str, int] = field(default_factory=dict)
    acts: dict[tuple[str, str], int] = field(default_factory=dict)
    late: int = 0
    next_due: datetime | None = None
    known: int = 0
    grants: int = 0

    @property
    def claim_total(self) -> int:
        """How many claims wait for the person."""
        return sum(self.claims.values())

    def of(self, *kinds: str) -> int:
        """How many acts of some kinds wait for the person; what waits for others is left out."""
        return sum(
            n for (kind, act), n in self.acts.items() if kind in kinds and act not in PASSIVE
        )

    @property
    def act_total(self) -> int:
        """How many acts wait beside the claims."""
        return self.of(*{kind for kind, _act in self.acts})


def work_of(actor: Actor, now: datetime) -> Work:
    """Count everything that waits for a person, in one query."""
    lists = [_claim_counts(actor, now), *act_counts(actor)]
    if actor.has_any(frozenset({"auditor", "ombudsman"})):
        lists.append(_known(actor, now))
    if actor.has_any(frozenset({"admin", "auditor"})):
        grants = RoleGrant.objects.filter(revoked_at=None).order_by()
        lists.append(_counted("grants", grants))
    return _added_up(lists[0].union(*lists[1:], all=True) if len(lists) > 1 else lists[0])


def _claim_counts(actor: Actor, now: datetime) -> Any:
    return (
        waiting_claims(actor)
        .order_by()
        .values(of_kind=Value("claim", output_field=CharField()), of_act=F("state"))
        .annotate(
            n=Count("pk"),
            late=Count("pk", filter=Q(due_at__lt=now)),
            next_due=Min("due_at", filter=Q(due_at__gte=now)),
        )
        .values_list("of_kind", "of_act", "n", "late", "next_due")
    )


def _known(actor: Actor, now: datetime) -> Any:
    return _counted("known", visible_to(actor).exclude(state__in=[*FINAL, State.DRAFT]))


def _counted(kind: str, rows: Any) -> Any:
    return (
        rows.order_by()
        .values(
            of_kind=Value(kind, output_field=CharField()),
            of_act=Value("", output_field=CharField()),
        )
        .annotate(n=Count("pk"), late=Value(0), next_due=NEVER)
        .values_list("of_kind", "of_act", "n", "late", "next_due")
    )


def _added_up(rows: Iterable[tuple[str, str, int, int, datetime | None]]) -> Work:
    claims: dict[str, int] = {}
    acts: dict[tuple[str, str], int] = {}
    other = {"known": 0, "grants": 0}
    late, dues = 0, []
    for kind, act, count, late_here, due in rows:
        if kind in other:
            other[kind] = count
        elif kind == "claim":
            claims[act] = count
            late += late_here
            dues += [due] if due else []
        elif count:
            acts[kind, act] = count
    return Work(claims, acts, late, min(dues, default=None), other["known"], other["grants"])


# The sentence


def work_sentence(work: Work, actor: Actor, now: datetime) -> str:
    """Return the sentence above the queue: `3 to decide, 2 overdue, next due 14:00`."""
    own = states_of(actor)
    parts = [_claims_in(state, work.claims[state]) for state in own if work.claims.get(state)]
    if not work.claim_total:
        parts = [words for kind in _ORDER if (words := _acts_of(kind, work.of(kind)))]
    late = work.late if own else work.claim_total
    if late:
        parts.append(_("%(n)s overdue") % {"n": formats.grouped(late)})
    if work.next_due and own:
        parts.append(_("next due %(when)s") % {"when": due_words(work.next_due, now)})
    if parts:
        return pgettext("list", ", ").join(parts)
    if actor.has("auditor"):
        return _("%(n)s claims are under way; you read everything and change nothing") % {
            "n": formats.grouped(work.known)
        }
    if actor.has("admin") and work.grants:
        return ngettext("%(n)s role is held", "%(n)s roles are held", work.grants) % {
            "n": formats.grouped(work.grants)
        }
    return _("Nothing waits for you")


def beside_claims(work: Work) -> str:
    """Return what waits beside the claims in words, where the sentence above names only claims."""
    if not work.claim_total:
        return ""
    return pgettext("list", ", ").join(
        words for kind in _ORDER if (words := _acts_of(kind, work.of(kind)))
    )


def due_words(due: datetime, now: datetime) -> str:
    """Return until when: the time today, else the day."""
    if local_date(due) != local_date(now):
        return formats.short_day(due)
    return django_formats.date_format(formats.in_zone(due), "H:i")


def _claims_in(state: str, count: int) -> str:
    shown = {"n": formats.grouped(count)}
    words = {
        State.FILED: ngettext("%(n)s new", "%(n)s new", count),
        State.UNDER_INVESTIGATION: ngettext("%(n)s to investigate", "%(n)s to investigate", count),
        State.UNDER_REVIEW: ngettext("%(n)s to recommend on", "%(n)s to recommend on", count),
        State.UNDER_FINAL_REVIEW: ngettext("%(n)s to decide", "%(n)s to decide", count),
        State.DISPUTED: ngettext("%(n)s dispute to take up", "%(n)s disputes to take up", count),
        State.FUNDED: ngettext("%(n)s to pay", "%(n)s to pay", count),
        State.PAYOUT_RETURNED: ngettext("%(n)s to pay again", "%(n)s to pay again", count),
    }
    other = ngettext("%(n)s claim", "%(n)s claims", count)
    return words.get(State(state), other) % shown


def _acts_of(kind: str, count: int) -> str:
    if not count:
        return ""
    words = {
        "proposal": ngettext("%(n)s proposal to confirm", "%(n)s proposals to confirm", count),
        "redaction": ngettext("%(n)s redaction", "%(n)s redactions", count),
        "objection": ngettext("%(n)s objection", "%(n)s objections", count),
        "complaint": ngettext("%(n)s complaint", "%(n)s complaints", count),
        "correction": ngettext("%(n)s correction to sign", "%(n)s corrections to sign", count),
        "hearing": ngettext("%(n)s hearing to prepare", "%(n)s hearings to prepare", count),
        "round": ngettext("%(n)s round", "%(n)s rounds", count),
        "batch": ngettext("%(n)s batch to approve", "%(n)s batches to approve", count),
        "bank_line": ngettext("%(n)s bank line to match", "%(n)s bank lines to match", count),
        "unknown_payout": ngettext(
            "%(n)s payout of unknown outcome", "%(n)s payouts of unknown outcome", count
        ),
    }
    return words[kind] % {"n": formats.grouped(count)}


_ORDER = (
    "proposal",
    "unknown_payout",
    "batch",
    "round",
    "bank_line",
    "hearing",
    "redaction",
    "objection",
    "complaint",
    "correction",
)
