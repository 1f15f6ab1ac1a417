"""The officer's pages as data: the sentence above, the rows, the way, the panel's table."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from claims.stations import Station
from core import formats
from jury.models import Hearing, JuryExhibit, Seat
from jury.officer_queries import VIEWS, HearingRow, Summary
from jury.stages import TURNS, Stage, moment_of, stage_of
from jury.states import SITTING, VOTING, HearingState, Mode, SeatState

Words = dict[str, Any]


def sentence(found: Summary, papers: int) -> str:
    """Return what there is to do in one sentence, the officer's own work first."""
    parts: list[str] = []
    for count, words in (
        (found.overdue, ngettext("%d overdue", "%d overdue", found.overdue)),
        (found.briefs, ngettext("%d brief to prepare", "%d briefs to prepare", found.briefs)),
        (found.signatures, ngettext("%d to sign", "%d to sign", found.signatures)),
        (papers, ngettext("%d paper to check", "%d papers to check", papers)),
        (found.draws, ngettext("%d draw to announce", "%d draws to announce", found.draws)),
        (
            found.short,
            ngettext("%d panel short of answers", "%d panels short of answers", found.short),
        ),
    ):
        if count:
            parts.append(words % count)
    if found.next_close_at is not None:
        parts.append(_("next closes %(at)s") % {"at": formats.instant(found.next_close_at)})
    if parts:
        text = pgettext("list", ", ").join(parts)
        return text[0].upper() + text[1:]
    if found.live:
        return ngettext(
            "%d hearing under way, nothing waits for you",
            "%d hearings under way, nothing waits for you",
            found.live,
        ) % (found.live,)
    return _("No dispute is before a jury now")


def view_labels() -> list[tuple[str, str]]:
    """Return the views of the list in words."""
    labels = {
        "live": _("All under way"),
        "officer": _("Waiting for an officer"),
        "overdue": _("Overdue"),
        "answers": _("Jurors answering"),
        "voting": _("Open to vote"),
        "counting": _("Being counted"),
        "ended": _("Ended"),
    }
    return [(view, labels[view]) for view in VIEWS]


def list_table(rows: Sequence[HearingRow], now: datetime) -> Words:
    """Return the hearings as the table component shows them."""
    return {
        "caption": _("Hearings, the first due first"),
        "is_keyed": True,
        "columns": [
            {"label": _("Hearing")},
            {"label": _("Stage")},
            {"label": _("Due")},
            {"label": _("Claim")},
            {"label": _("Accepted"), "is_number": True},
            {"label": _("Ballots, quorum"), "is_number": True},
        ],
        "rows": [{"cells": _cells(row, now)} for row in rows],
    }


def _cells(row: HearingRow, now: datetime) -> list[Words]:
    hearing = row.hearing
    stage = stage_of(hearing)
    tags = [{"text": _("overdue"), "tone": "now"}] if is_late(hearing, now) else []
    more = []
    if hearing.sitting > 1:
        more.append({"text": _("rehearing"), "tone": "soft"})
    if hearing.round > 1:
        more.append({"text": _("round %d") % hearing.round, "tone": "soft"})
    word = str(HearingState(hearing.state).label if stage is Stage.ENDED else stage.label)
    when = hearing.state_entered_at if stage is Stage.ENDED else moment_of(hearing)
    claim = hearing.claim.reference
    return [
        {
            "text": hearing.reference,
            "url": reverse("console_hearing", args=[hearing.reference]),
            "tags": more,
        },
        {"text": word},
        {"text": formats.instant(when) if when else "—", "tags": tags},
        {"text": claim, "url": reverse("console_claim", args=[claim])},
        {"text": accepted_words(row)},
        {"text": ballots_words(row)},
    ]


def is_late(hearing: Hearing, now: datetime) -> bool:
    """Say whether the present stage should be over."""
    return hearing.due_at is not None and hearing.due_at < now


def accepted_words(row: HearingRow) -> str:
    """Return how many of the panel have accepted; nothing where no panel is drawn."""
    hearing = row.hearing
    if hearing.mode == Mode.OPEN or not (row.accepted + row.invited):
        return "—"
    return _("%(accepted)s of %(size)s") % {"accepted": row.accepted, "size": hearing.panel_size}


def ballots_words(row: HearingRow) -> str:
    """Return how many ballots are cast and how many are needed; never what they say."""
    if row.hearing.opens_at is None or row.hearing.state in _BEFORE_VOTING:
        return "—"
    return _("%(cast)s, needs %(quorum)s") % {
        "cast": formats.grouped(row.cast),
        "quorum": formats.grouped(row.hearing.quorum),
    }


_BEFORE_VOTING = frozenset({HearingState.PREPARING, HearingState.DRAWN})


def heading(row: HearingRow) -> str:
    """Return how a hearing stands as the page's heading."""
    hearing = row.hearing
    words = {"reference": hearing.reference}
    if hearing.state == HearingState.DRAWN:
        return _("%(reference)s: %(accepted)s of %(size)s jurors have accepted") % {
            **words,
            "accepted": row.accepted,
            "size": hearing.panel_size,
        }
    if hearing.state in VOTING and hearing.closes_at is not None:
        return ngettext(
            "%(reference)s: %(cast)s ballot cast, closes %(at)s",
            "%(reference)s: %(cast)s ballots cast, closes %(at)s",
            row.cast,
        ) % {
            **words,
            "cast": formats.grouped(row.cast),
            "at": formats.instant(hearing.closes_at),
        }
    stage = stage_of(hearing)
    label = HearingState(hearing.state).label if stage is Stage.ENDED else stage.label
    return _("%(reference)s: %(stage)s") % {**words, "stage": label}


def waits_for(hearing: Hearing, now: datetime) -> Words:
    """Return whom a hearing waits for, until when, and whether that is over."""
    stage = stage_of(hearing)
    return {
        "words": TURNS[stage].words,
        "due_at": moment_of(hearing),
        "is_late": is_late(hearing, now),
        "is_escalated": hearing.escalated_at is not None,
    }


def figures_of(row: HearingRow) -> list[Words]:
    """Return acceptance and turnout as large figures."""
    hearing = row.hearing
    found = []
    if hearing.mode == Mode.DRAWN and hearing.drawn_at is not None:
        found.append({"value": accepted_words(row), "label": _("jurors have accepted")})
        found.append({"value": formats.grouped(row.invited), "label": _("still to answer")})
    if hearing.opens_at is not None and hearing.state not in _BEFORE_VOTING:
        found.append({"value": formats.grouped(row.cast), "label": _("ballots cast")})
        found.append({"value": formats.grouped(hearing.quorum), "label": _("make the quorum")})
    return found


_STATIONS: tuple[tuple[str, frozenset[str]], ...] = (
    ("brief", frozenset({Stage.BRIEF})),
    ("signature", frozenset({Stage.SIGNATURE})),
    ("draw", frozenset({Stage.ANNOUNCEMENT, Stage.ANNOUNCED, Stage.NUMBER, Stage.DRAW})),
    ("answers", frozenset({Stage.ANSWERS})),
    ("voting", frozenset({Stage.VOTING, Stage.EXTENDED})),
    ("count", frozenset({Stage.COUNTING})),
    ("verdict", frozenset({Stage.ENDED})),
)


def way_of(hearing: Hearing) -> list[Station]:
    """Return the hearing's way as stations: done, now, ahead; an open one draws no panel."""
    labels = {
        "brief": _("Brief"),
        "signature": _("Signature"),
        "draw": _("Opening time") if hearing.mode == Mode.OPEN else _("Draw"),
        "answers": _("Answers"),
        "voting": _("Voting"),
        "count": _("Count"),
        "verdict": _("Verdict"),
    }
    if hearing.state in (HearingState.VOID, HearingState.WITHDRAWN):
        labels["verdict"] = str(HearingState(hearing.state).label)
    whens = {
        "signature": hearing.brief_signed_at,
        "draw": hearing.drawn_at,
        "answers": hearing.opens_at,
        "voting": hearing.closes_at,
        "verdict": hearing.state_entered_at if stage_of(hearing) is Stage.ENDED else None,
    }
    names = [name for name, _s in _STATIONS if hearing.mode != Mode.OPEN or name != "answers"]
    now_name = next(name for name, stages in _STATIONS if stage_of(hearing) in stages)
    place = names.index(now_name)
    return [
        Station(
            name,
            labels[name],
            "done" if at < place else "now" if at == place else "ahead",
            _when(whens.get(name)),
        )
        for at, name in enumerate(names)
    ]


def _when(at: datetime | None) -> str:
    return formats.short_day(at) if at is not None else ""


def panel_table(hearing: Hearing, seats: Sequence[Seat], *, may_replace: bool) -> Words:
    """Return the panel by number; nothing in it says who anybody is or whether they voted."""
    columns = [{"label": _("Number")}, {"label": _("Answer")}, {"label": _("Until, or since")}]
    if may_replace:
        columns.append({"label": _("Step")})
    return {
        "caption": _("The panel by the jurors' numbers on the roll"),
        "columns": columns,
        "rows": [{"cells": _seat_cells(hearing, seat, may_replace)} for seat in seats],
    }


def _seat_cells(hearing: Hearing, seat: Seat, may_replace: bool) -> list[Words]:
    expert = [{"text": _("expert"), "tone": "soft"}] if seat.expert_kind else []
    at = seat.answer_due_at if seat.state == SeatState.INVITED else seat.left_at or seat.answered_at
    cells: list[Words] = [
        {"text": formats.grouped(seat.number), "tags": expert},
        {"text": str(SeatState(seat.state).label)},
        {"text": formats.instant(at) if at else "—"},
    ]
    if may_replace:
        url = reverse("console_hearing_step", args=[hearing.reference, "replace_juror"])
        is_held = seat.state in SITTING
        cells.append(
            {"text": _("Replace"), "url": f"{url}?number={seat.number}"}
            if is_held
            else {"text": "—"}
        )
    return cells


def papers_table(papers: Sequence[JuryExhibit]) -> Words:
    """Return the redacted papers that wait for a second person."""
    return {
        "caption": _("Papers that wait for a second person, the oldest first"),
        "columns": [{"label": _("Paper")}, {"label": _("Hearing")}, {"label": _("Prepared")}],
        "rows": [
            {
                "cells": [
                    {
                        "text": paper.label,
                        "url": reverse("console_exhibit", args=[paper.reference]),
                    },
                    {
                        "text": paper.hearing.reference,
                        "url": reverse("console_hearing", args=[paper.hearing.reference]),
                    },
                    {"text": formats.instant(paper.prepared_at)},
                ]
            }
            for paper in papers
        ],
    }
