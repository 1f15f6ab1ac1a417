"""The key of a juror's draft: it lives in the juror's own cookie and nowhere else."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from core.actor import Actor
from jury import services
from jury.models import Hearing
from jury.queries import seat_of

DRAFT_COOKIE = "gongdao_ballot"
DRAFT_DAYS = 30


def draft_key(request: HttpRequest) -> bytes | None:
    """Return the key in the juror's cookie, if it is one."""
    value = request.COOKIES.get(DRAFT_COOKIE, "")
    try:
        key = bytes.fromhex(value)
    except ValueError:
        return None
    return key if len(key) == 32 else None


def keep_draft_key(response: HttpResponseBase, key: bytes) -> None:
    """Put the draft's key into the juror's own cookie; the server keeps no copy."""
    response.set_cookie(
        DRAFT_COOKIE,
        key.hex(),
        max_age=timedelta(days=DRAFT_DAYS),
        path="/jury/",
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def read_draft_of(request: HttpRequest, hearing: Hearing, actor: Actor) -> dict[str, Any]:
    """Return the juror's draft as far as this device can read it."""
    key, seat = draft_key(request), seat_of(hearing, actor.person_id)
    if key is None or seat is None:
        return {}
    return services.read_draft(hearing, seat, key) or {}
