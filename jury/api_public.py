"""The public API of hearings: the same facts as the board's pages, without an account."""

import hashlib
import json
from typing import Any

from django.http import Http404
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.public_pages import answer_unless_known
from jury.public_ballots import A_PAGE, ballots_between
from jury.public_list import page_of_hearings, row_of
from jury.public_page import OPENED, public_hearing
from record.models import Entry

Data = dict[str, Any]
CURSOR = OpenApiParameter(
    "cursor", OpenApiTypes.STR, description="Where the page starts; from `next` of the one before."
)
ANSWER = extend_schema(responses={200: OpenApiTypes.OBJECT})
PAGED = extend_schema(parameters=[CURSOR], responses={200: OpenApiTypes.OBJECT})


class _Public(APIView):
    """A resource anyone may read; caches may keep it for some seconds."""

    permission_classes = (AllowAny,)
    authentication_classes = ()

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        """Give the answer its ETag, or say that the reader has it already."""
        done = super().finalize_response(request, response, *args, **kwargs)
        if done.status_code == 200:
            text = json.dumps(done.data, sort_keys=True, default=str)
            tag = hashlib.sha256(text.encode()).hexdigest()[:32]
            known = answer_unless_known(request._request, done, tag)
            if known is not done:
                done.status_code, done.data = known.status_code, None
        return done


class PublicHearings(_Public):
    """The hearings of which the record speaks, newest first, paged by cursor."""

    @PAGED
    def get(self, request: Request) -> Response:
        """Answer a page of them; the votes stand only where a hearing is decided."""
        page = page_of_hearings(request.query_params.get("cursor", ""))
        results = [_summary(row_of(hearing)) for hearing in page.rows]
        listed = reverse("api_public_hearings")
        following = f"{listed}?cursor={page.next_cursor}" if page.next_cursor else ""
        return Response({"results": results, "next": following})


def _summary(row: Data) -> Data:
    kept = ("reference", "sitting", "round", "state", "pay", "deny", "outcome")
    return {
        **{name: row[name] for name in kept},
        "state_entered_at": row["at"],
        "closes_at": row["closes_at"],
        "link": reverse("api_public_hearing", args=[row["reference"]]),
    }


class PublicHearing(_Public):
    """A hearing's entries in the public record, without the opened ballots."""

    @ANSWER
    def get(self, request: Request, reference: str) -> Response:
        """Show them, each body byte for byte as a text."""
        page = public_hearing(reference)
        if page is None:
            raise Http404
        return Response(
            {
                "hearing": reference,
                "stage": page["stage"],
                "entries": [_entry(entry) for entry in page["entries"]],
                "ballots": reverse("api_public_ballots", args=[reference])
                if page["verdict"]
                else "",
                "record": reverse("public_hearing_bundle", args=[reference]),
            }
        )


def _entry(entry: Entry) -> Data:
    leaf = getattr(entry, "leaf", None)
    return {
        "kind": entry.kind,
        "occurred_at": entry.occurred_at.isoformat(),
        "body": entry.body,
        "body_digest": entry.body_digest,
        "record_index": leaf.index if leaf is not None else None,
    }


class PublicBallots(_Public):
    """The opened ballots of a hearing as the record lists them, by receipt."""

    @PAGED
    def get(self, request: Request, reference: str) -> Response:
        """Answer a page of them; there are none before the verdict."""
        page = public_hearing(reference)
        if page is None or page["verdict"] is None:
            raise Http404
        total = page["verdict"]["count"]
        asked = request.query_params.get("cursor", "")
        first = max(int(asked[:9]), 1) if asked.isascii() and asked.isdigit() else 1
        last = min(first + A_PAGE - 1, total)
        found = ballots_between(reference, first, last, in_words=False) if first <= last else []
        following = (
            f"{reverse('api_public_ballots', args=[reference])}?cursor={last + 1}"
            if last < total
            else ""
        )
        return Response({"kind": OPENED, "total": total, "results": found, "next": following})
