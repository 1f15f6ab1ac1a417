"""The public door: how a panel was drawn and how it voted, for anyone to check."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_safe

from core import clock
from core.public_pages import public_page as open_to_all
from jury import public_ballots, public_page
from jury.check_archive import archive_parts
from jury.models import Hearing
from jury.public_draw import draw_of
from jury.public_list import counts_in_words, page_of_hearings, row_of
from jury.record_file import RecordFile, record_file
from jury.stations import stations_of

_HOURS = "public, max-age=60"


@open_to_all
def public_list(request: HttpRequest) -> HttpResponse:
    """List the hearings, live and ended, newest first."""
    page = page_of_hearings(request.GET.get("after", ""))
    heading, summary = counts_in_words()
    context = {
        "heading": heading,
        "hearings": [row_of(hearing) for hearing in page.rows],
        "summary": summary,
        "next_url": f"?after={page.next_cursor}" if page.next_cursor else "",
    }
    return render(request, "jury/public_list.html", context)


@open_to_all
def public_hearing(request: HttpRequest, reference: str) -> HttpResponse:
    """Show a hearing from its entries; a receipt in the address is looked up in the list."""
    page = _page_or_404(reference)
    family = _family(reference)
    verdict = page["verdict"]
    context = {
        "page": page,
        "heading": public_page.heading_of(page),
        "follows": public_page.follows_of(
            page,
            is_rehearing=family["is_rehearing"],
            has_next_round=bool(family["next_round"]),
        ),
        "family": family,
        "void_reason": public_page.void_reason(page),
        "way": stations_of(page),
        "votes": _votes(verdict),
        "charts": _charts(page["questions"]) if verdict else [],
        "withheld": public_page.withheld_text(verdict),
        "counted": public_page.counted_again(page, clock.now()),
        "is_small": bool(verdict) and verdict["count"] <= public_page.COUNTED_EACH_TIME,
        **_ballots(page),
        **_lookup(request, page),
    }
    return render(request, "jury/public_hearing.html", context)


def _page_or_404(reference: str) -> dict[str, Any]:
    page = public_page.public_hearing(reference)
    if page is None:
        raise Http404
    return page


def _family(reference: str) -> dict[str, Any]:
    """Return the other rounds and the other sitting of the same dispute that are public."""
    own = Hearing.objects.filter(reference=reference).first()
    if own is None:
        return {"is_rehearing": False, "next_round": "", "others": []}
    others = (
        Hearing.objects.filter(claim_id=own.claim_id)
        .exclude(pk=own.pk)
        .exclude(seed_commitment="")
        .order_by("sitting", "round")
        .values_list("reference", "sitting", "round")
    )
    found = list(others)
    following = Hearing.objects.filter(replaces=own).values_list("reference", flat=True).first()
    return {
        "is_rehearing": own.sitting > 1,
        "next_round": following or "",
        "others": [
            {"reference": one, "words": _relation(own, sitting, round_number)}
            for one, sitting, round_number in found
        ],
    }


def _relation(own: Hearing, sitting: int, round_number: int) -> str:
    if sitting > own.sitting:
        return _("The rehearing of this dispute before a larger panel")
    if sitting < own.sitting:
        return _("The first hearing, of which this is the rehearing")
    if round_number > own.round:
        return _("The round that followed this one")
    return _("The void round before this one")


def _votes(verdict: dict[str, Any] | None) -> list[tuple[str, int]]:
    if verdict is None:
        return []
    silent = max(verdict["seats"] - verdict["count"], 0)
    return [
        (_("To pay"), verdict["tally"]["pay"]),
        (_("To deny"), verdict["tally"]["deny"]),
        (_("No ballot"), silent + verdict["spoiled"]),
    ]


def _charts(questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            **question,
            "parts": [
                (_("Met"), question["counts"]["met"]),
                (_("Not met"), question["counts"]["not_met"]),
                (_("Papers do not show it"), question["counts"]["not_shown"]),
            ],
        }
        for question in questions
        if question["counts"]
    ]


def _ballots(page: dict[str, Any]) -> dict[str, Any]:
    """Return the ballots that stand on the hearing's own page: few, and not withheld."""
    verdict = page["verdict"]
    if verdict is None or verdict["words_withheld"] or verdict["count"] > public_ballots.TOGETHER:
        return {"groups": [], "has_list": bool(verdict and verdict["count"])}
    ballots = public_ballots.ballots_between(page["reference"], 1, max(verdict["count"], 1))
    for one in ballots:
        one["notes"] = _notes(one, page["questions"])
        one["agreed"] = len(one["answers"]) - len(one["notes"])
    return {"groups": public_ballots.grouped_ballots(ballots, verdict), "has_list": True}


def _notes(ballot: dict[str, Any], questions: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Return the answers worth reading one by one: those with a note, or unlike the panel's."""
    notes = (ballot["words"] or {}).get("notes", {})
    told = [
        {
            "text": question["text"],
            "answer": ballot["answers"][question["code"]],
            "note": notes.get(question["code"], ""),
            "found": question["found"],
        }
        for question in questions
        if question["code"] in ballot["answers"]
    ]
    return [one for one in told if one["note"] or one["answer"] != one["found"]]


def _lookup(request: HttpRequest, page: dict[str, Any]) -> dict[str, Any]:
    """Return where the receipt of the address stands in the published list."""
    receipt = "".join(request.GET.get("receipt", "").lower().split()).replace("-", "")[:64]
    if not receipt or page["verdict"] is None:
        return {"receipt": receipt}
    place = public_ballots.place_of_receipt(page["reference"], receipt)
    if place is None:
        return {"receipt": receipt}
    start = (place - 1) // public_ballots.A_PAGE * public_ballots.A_PAGE
    listed = reverse("public_hearing_ballots", args=[page["reference"]])
    return {
        "receipt": receipt,
        "receipt_name": f"J{place}",
        "receipt_url": f"{listed}?from={start + 1}#J{place}",
    }


@open_to_all
def public_ballots_page(request: HttpRequest, reference: str) -> HttpResponse:
    """List the ballots by receipt, a page at a time; a receipt leads to its page."""
    page = _page_or_404(reference)
    verdict = page["verdict"]
    if verdict is None:
        raise Http404
    asked = request.GET.get("from", "1")
    first = int(asked[:9]) if asked.isascii() and asked.isdigit() else 1
    first = min(max(first, 1), max(verdict["count"], 1))
    last = min(first + public_ballots.A_PAGE - 1, verdict["count"])
    context = {
        "page": page,
        "ballots": public_ballots.ballots_between(reference, first, last) if last else [],
        "first": first,
        "last": last,
        "total": verdict["count"],
        "withheld": public_page.withheld_text(verdict),
        "previous_url": f"?from={max(first - public_ballots.A_PAGE, 1)}" if first > 1 else "",
        "next_url": f"?from={last + 1}" if last < verdict["count"] else "",
        **_lookup(request, page),
    }
    return render(request, "jury/public_ballots.html", context)


@open_to_all
def public_draw(request: HttpRequest, reference: str) -> HttpResponse:
    """Show how the panel was drawn, number by number."""
    page = _page_or_404(reference)
    context = {"page": page, "draw": draw_of(page), "way": stations_of(page)}
    return render(request, "jury/public_draw.html", context)


def _tag(request: HttpRequest, reference: str) -> str | None:
    found = _file(request, reference)
    return f'"{found.tag}"' if found is not None else None


def _file(request: HttpRequest, reference: str) -> RecordFile | None:
    """Return the hearing's file, looked up once a request."""
    if not hasattr(request, "_hearing_file"):
        request._hearing_file = record_file(reference)  # type: ignore[attr-defined]  # own cache
    found: RecordFile | None = request._hearing_file  # type: ignore[attr-defined]  # set above
    return found


@login_not_required
@require_safe
@condition(etag_func=_tag)
def public_bundle(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Stream the hearing's entries as a file, enough to check draw and count offline."""
    found = _file(request, reference)
    if found is None:
        raise Http404
    headers = {
        "Cache-Control": _HOURS,
        "Content-Disposition": f'attachment; filename="{reference}.json"',
    }
    return StreamingHttpResponse(found.parts, content_type="application/json", headers=headers)


@login_not_required
@require_safe
def public_archive(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Stream the same file with the page and the programs that check it, as one archive."""
    found = _file(request, reference)
    if found is None:
        raise Http404
    headers = {
        "Cache-Control": _HOURS,
        "Content-Disposition": f'attachment; filename="{reference}.zip"',
    }
    parts = archive_parts(reference, found.parts)
    return StreamingHttpResponse(parts, content_type="application/zip", headers=headers)
