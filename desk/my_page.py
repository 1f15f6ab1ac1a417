"""A member's own page as data: what is asked of them, their claims, their memberships."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from claims.guidance import guidance_for
from claims.models import Claim
from claims.states import FINAL, State
from claims.stations import stations_of
from core.actor import Actor
from core.steps import StepOffer
from desk.queue import disease_name
from desk.steps import offers_on, open_offers
from jury.queries import calls_of
from members.messages import render
from members.queries import inbox_of, memberships_of
from members.states import Role

SHOWN = 12
UNREAD = 3
# What one may always do is on the claim's own page; only what is asked for stands on this one.
ALWAYS_POSSIBLE = frozenset({"withdraw", "withdraw_dispute"})


def my_page(actor: Actor, now: datetime) -> dict[str, Any]:
    """Return the page of a signed-in member; empty lists for an account without a person."""
    person_id = actor.person_id or 0
    claims = list(
        Claim.objects.filter(claimant_id=person_id)
        .select_related("plan", "rulebook_version", "covered", "membership")
        .order_by("-created_at")[:SHOWN]
    )
    live = [_row(claim, actor, now) for claim in claims if claim.state not in FINAL]
    calls = calls_of(person_id, now)
    unread = inbox_of(person_id).filter(read_at=None)
    return {
        "heading": _heading(calls, live, claims),
        "calls": calls,
        "claims": sorted(live, key=lambda row: not row["is_asked"]),
        "ended": [_ended_row(claim) for claim in claims if claim.state in FINAL],
        "messages_unread": [render(message) for message in unread[:UNREAD]],
        "memberships": memberships_of(person_id),
        "is_staff": bool(actor.roles & frozenset(Role.values)),
    }


def _heading(calls: list[dict[str, str]], live: list[dict[str, Any]], claims: list[Claim]) -> str:
    asked = len(calls) + sum(row["is_asked"] for row in live)
    if asked:
        return ngettext("%(n)s thing is asked of you", "%(n)s things are asked of you", asked) % {
            "n": asked
        }
    if live:
        return _("Nothing is asked of you; your claims go on")
    if claims:
        return _("Your claims have ended")
    return _("Nothing waits for you")


def _row(claim: Claim, actor: Actor, now: datetime) -> dict[str, Any]:
    offers = [] if claim.state == State.DRAFT else open_offers(offers_on(claim, actor, now))
    asked = [_for_phone(offer) for offer in offers if offer.step.name not in ALWAYS_POSSIBLE]
    is_draft = claim.state == State.DRAFT
    return {
        "claim": claim,
        "disease": disease_name(claim),
        "url": reverse("filing" if is_draft else "my_claim", args=[claim.reference]),
        "way": stations_of(claim, now),
        "guidance": guidance_for(claim, "claimant", now),
        "offers": asked,
        "is_asked": bool(asked) or is_draft,
        "is_draft": is_draft,
    }


def _for_phone(offer: StepOffer) -> Mapping[str, Any]:
    """Return an offer as the steps component shows it, without keys to press."""
    return {
        "name": offer.step.name,
        "label": offer.step.label,
        "url": offer.url,
        "blockers": (),
        "is_primary": offer.step.is_primary,
    }


def _ended_row(claim: Claim) -> dict[str, Any]:
    return {
        "claim": claim,
        "disease": disease_name(claim),
        "url": reverse("my_claim", args=[claim.reference]),
        "state_label": State(claim.state).label,
    }
