"""How figures read: stages, spans of months, quarters, values told together."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from claims.states import State
from disclosure.month_figures import DECIDED, PAID
from disclosure.states import ComplaintCategory, ComplaintOutcome


def stage_text(stage: str) -> str:
    """Return a stage, or the whole way, in words."""
    if stage == DECIDED:
        return _("Filing to decision")
    if stage == PAID:
        return _("Filing to payout")
    return str(State(stage).label)


def month_text(month: str) -> str:
    """Return a month: May 2020; 2020年5月."""
    return formats.date_format(date(int(month[:4]), int(month[5:]), 1), "YEAR_MONTH_FORMAT")


def span_text(told: Mapping[str, Any]) -> str:
    """Return the months that are told together."""
    if told["first"] == told["last"]:
        return month_text(told["first"])
    return _("%(first)s to %(last)s") % {
        "first": month_text(told["first"]),
        "last": month_text(told["last"]),
    }


def short_span(first: str, last: str) -> str:
    """Return months or quarters as an axis has room for: 2020-05 – 2020-08."""
    return first if first == last else f"{first} – {last}"


def categories_text(codes: Sequence[str]) -> str:
    """Return what complaints were about, told together where they are few."""
    return _together([str(ComplaintCategory(code).label) for code in codes])


def outcomes_text(codes: Sequence[str]) -> str:
    """Return what came of complaints, told together where they are few."""
    return _together([str(ComplaintOutcome(code).label) for code in codes])


def _together(labels: Sequence[str]) -> str:
    return pgettext("told together", "; ").join(labels)
