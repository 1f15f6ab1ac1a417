"""The plans' feeds, for whoever follows the board with a reader of their own."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import override
from django.views.decorators.http import require_safe

from core.canonical import sha256_hex
from core.public_pages import answer_unless_known
from disclosure.feeds import feed_of
from members.models import Plan

LANGUAGES = {"zh": "zh-hans", "en": "en"}
ATOM = "application/atom+xml; charset=utf-8"


@login_not_required
@require_safe
def board_feed(request: HttpRequest, plan: str, language: str) -> HttpResponse:
    """Answer a plan's feed in a language; "not modified" where the reader has it already."""
    found = get_object_or_404(Plan, code=plan)
    with override(LANGUAGES[language]):
        text = feed_of(found, request.path, language)
    response = HttpResponse(text, content_type=ATOM)
    return answer_unless_known(request, response, sha256_hex(text.encode())[:32])
