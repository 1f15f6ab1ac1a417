"""The demo's page for letting time pass; it exists only in a demo."""

import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from core.clock import now
from core.clockwork import LONGEST_SILENCE_SECONDS, silence_seconds
from core.pages import StepPage
from core.steps import Step
from desk.travel import TravelForm, is_demo, let_time_pass, under_way

WAITS = 20
WAIT_SECONDS = 0.5


def _awaited() -> datetime | None:
    """Wait until time has passed, for a while; return until when it still passes."""
    until = under_way()
    for _number in range(WAITS):
        if until is None:
            break
        time.sleep(WAIT_SECONDS)  # the clock is another process; demo only, WAITS times at most
        until = under_way()
    return until


class TravelPage(StepPage):
    """Choose how much time is to pass; while it passes the page waits some seconds for it.

    A page that reloads by itself disturbs who reads it slowly, so this one answers late instead.
    """

    step = Step(
        name="travel",
        label=_("Let time pass"),
        service=let_time_pass,
        form=TravelForm,
        is_primary=True,
    )
    template_name = "desk/travel.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Exist in a demo only."""
        if not is_demo():
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def page_context(self) -> Mapping[str, Any]:
        """Say what the clock reads, and whether it is on its way."""
        silent = silence_seconds()
        is_silent = silent is None or silent > LONGEST_SILENCE_SECONDS
        until = under_way() if is_silent or self.request.method != "GET" else _awaited()
        return {
            "clock_reads": now(),
            "until": until,
            "arrived": until is None and self._asked_until() is not None,
            "clock_is_silent": is_silent,
        }

    def _asked_until(self) -> datetime | None:
        try:
            return parse_datetime(self.request.GET.get("until", ""))
        except ValueError:
            return None

    def success_url(self, result: Any) -> str:
        """Stay here until the time has passed."""
        return f"{reverse('travel')}?{urlencode({'until': result.isoformat()})}"
