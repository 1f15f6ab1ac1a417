"""What one person began on a claim and another must finish: who waits for whom."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from claims.models import Claim, Proposal, Recommendation
from claims.reasons import label_of
from claims.states import BY_STEP, State, step_label
from core.actor import Actor
from desk.claim_around import Around
from jury.states import HearingState
from members.models import Person
from members.states import Role
from payouts.states import BatchState

Row = Mapping[str, Any]


def second_person_rows(
    claim: Claim,
    actor: Actor,
    found: Around,
    recommendation: Recommendation | None,
    proposals: list[Proposal],
) -> list[Row]:
    """Return what waits for a second person, each with who began it and who may finish it."""
    rows = [_proposal_row(proposal, actor) for proposal in proposals]
    if claim.state == State.UNDER_FINAL_REVIEW and recommendation is not None:
        what = _("Recommendation: %(outcome)s") % {"outcome": recommendation.get_outcome_display()}
        rows.append(
            _row(
                what,
                recommendation.made_by,
                recommendation.made_at,
                actor,
                _("a second reviewer, to decide"),
            )
        )
    return [
        *rows,
        *_redaction_rows(found, actor),
        *_brief_rows(found, actor),
        *_batch_rows(found, actor),
    ]


def _redaction_rows(found: Around, actor: Actor) -> list[Row]:
    row = found.redaction
    if row is None or row.is_signed or row.returned_note:
        return []
    who = _("another reviewer or the ombudsman, to sign")
    return [_row(_("Redaction"), row.prepared_by, row.prepared_at, actor, who)]


def _brief_rows(found: Around, actor: Actor) -> list[Row]:
    who = _("another jury officer or the ombudsman, to sign")
    return [
        _row(_("Brief"), hearing.brief_prepared_by, None, actor, who)
        for hearing in found.hearings
        if hearing.state == HearingState.PREPARING
        and hearing.brief_prepared_by is not None
        and hearing.brief_signed_by is None
    ]


def _batch_rows(found: Around, actor: Actor) -> list[Row]:
    who = _("a second finance person, to approve")
    return [
        _row(_("Batch of payouts"), batch.prepared_by, batch.prepared_at, actor, who)
        for batch in (payout.batch for payout in found.payouts)
        if batch.state == BatchState.PREPARED
    ]


def _proposal_row(proposal: Proposal, actor: Actor) -> Row:
    roles = pgettext("list", ", ").join(
        str(Role(role).label) for role in sorted(BY_STEP[proposal.step][0].roles)
    )
    who = _("another person (%(roles)s), to confirm") % {"roles": roles}
    what = _("Proposed: %(step)s") % {"step": step_label(proposal.step)}
    row = _row(what, proposal.proposed_by, proposal.proposed_at, actor, who)
    reason = str(label_of(proposal.reason_code)) if proposal.reason_code else ""
    return {**row, "reason": reason, "note": proposal.note}


def _row(what: str, by: Person, at: datetime | None, actor: Actor, waits_for: str) -> Row:
    mine = by.pk == actor.person_id
    return {
        "what": what,
        "by": _("you") if mine else by.full_name,
        "at": at,
        "waits_for": waits_for,
        "is_mine": mine,
    }
