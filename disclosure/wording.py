"""How a case's fixed form reads: disease, age band, place, period, what was found."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from disclosure.states import Result, Stage
from members.criteria import in_language
from members.models import Plan, RulebookVersion
from members.provinces import REGIONS, province_name
from members.queries import rulebook_of
from members.rulebook import Rulebook
from members.states import Sex

GROUPS: dict[str, Promise] = {
    "brain": gettext_lazy("an illness of the brain or nerves"),
    "cancer": gettext_lazy("a cancer"),
    "heart": gettext_lazy("an illness of the heart"),
    "kidney": gettext_lazy("an illness of the kidneys"),
    "liver": gettext_lazy("an illness of the liver"),
    "transplant": gettext_lazy("a transplant"),
}
UNTOLD = gettext_lazy("not told")

_FOUND: dict[tuple[str, str], Promise] = {
    (Result.APPROVED, Stage.ON_NOTICE): gettext_lazy("approved, on notice"),
    (Result.APPROVED, Stage.CLEARED): gettext_lazy("approved, waiting to be shared"),
    (Result.APPROVED, Stage.SHARED): gettext_lazy("approved and shared"),
    (Result.APPROVED, Stage.PAID): gettext_lazy("approved and paid"),
    (Result.OVERTURNED, Stage.ON_NOTICE): gettext_lazy("denied, then approved by a jury’s verdict"),
    (Result.OVERTURNED, Stage.CLEARED): gettext_lazy("denied, then approved by a jury’s verdict"),
    (Result.OVERTURNED, Stage.SHARED): gettext_lazy("denied, then shared after a jury’s verdict"),
    (Result.OVERTURNED, Stage.PAID): gettext_lazy("denied, then paid by a jury’s verdict"),
    (Result.DENIED, Stage.DENIED): gettext_lazy("denied"),
    (Result.UPHELD, Stage.DENIED): gettext_lazy("denied, and a jury agreed"),
}


@lru_cache(maxsize=64)
def _rules(version_id: int, body_digest: str) -> Rulebook:
    return rulebook_of(RulebookVersion.objects.get(pk=version_id))


def rules_numbered(plan: Plan, number: str) -> Rulebook | None:
    """Return the version of a plan's rules a form tells; the newest where it tells none."""
    rows = RulebookVersion.objects.filter(plan=plan).exclude(effective_on__isnull=True)
    rows = rows.filter(number=int(number)) if number else rows.order_by("-number")
    found = rows.values_list("pk", "body_digest").first()
    return _rules(*found) if found else None


def disease_names(plans: Mapping[int, Plan] | None = None) -> dict[str, str]:
    """Return every disease's name in the reader's language, by code; one query."""
    names: dict[str, str] = {}
    rows = RulebookVersion.objects.exclude(effective_on__isnull=True).order_by("number", "id")
    for pk, digest in rows.values_list("pk", "body_digest"):
        for disease in _rules(pk, digest).diseases:
            names[disease.code] = in_language(disease.name_en, disease.name_zh)
    return names


def disease_text(form: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Return the disease, its group, or that it is not told."""
    if form["disease"]:
        return names.get(form["disease"], form["disease"])
    if form["disease_group"]:
        return str(GROUPS.get(form["disease_group"], form["disease_group"]))
    return _("an illness")


def age_text(band: str) -> str:
    """Return an age band: 40–49; 40–49 岁."""
    low, _dash, high = band.partition("-")
    return _("%(low)s–%(high)s") % {"low": low, "high": high} if band else ""


def sex_text(sex: str) -> str:
    """Return the sex, or nothing where it is not told."""
    return str(Sex(sex).label) if sex else ""


def place_text(form: Mapping[str, Any]) -> str:
    """Return the province, else the region, else nothing."""
    if form["province"]:
        return province_name(form["province"])
    return str(REGIONS.get(form["region"], ""))


def filed_text(filed: str) -> str:
    """Return the month, quarter, half-year or year a case was filed in."""
    year, _dash, part = filed.partition("-")
    if not filed:
        return ""
    if not part:
        return _("%(year)s") % {"year": year}
    if part.startswith("H"):
        words = {
            "H1": pgettext("period", "first half of %(year)s"),
            "H2": pgettext("period", "second half of %(year)s"),
        }[part]
        return words % {"year": year}
    if part.startswith("Q"):
        return _("quarter %(quarter)s of %(year)s") % {"quarter": part[1:], "year": year}
    return formats.date_format(date(int(year), int(part), 1), "YEAR_MONTH_FORMAT")


def found_text(result: str, stage: str) -> str:
    """Return what came of a case, in words that end its heading."""
    known = _FOUND.get((result, stage))
    if known is not None:
        return str(known)
    return str(Stage(stage).label)[:1].lower() + str(Stage(stage).label)[1:]


def heading_of(body: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Return a case's heading, which is its finding: "Deep coma, 40–49, Hunan: denied"."""
    form = body["form"]
    parts = [disease_text(form, names), age_text(form["age_band"]), place_text(form)]
    about = pgettext("list", ", ").join(part for part in parts if part)
    found = found_text(body["result"], body["stage"])
    return _("%(about)s: %(found)s") % {"about": about[:1].upper() + about[1:], "found": found}
