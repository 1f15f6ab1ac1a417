"""Filters and tags of the design system: money, dates, navigation, fields, charts."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import forms, template
from django.http import HttpRequest, QueryDict
from django.urls import Resolver404, resolve
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from core import charts, formats
from core.requests import actor_of

register = template.Library()

ANSWERS = ("met", "not_met", "not_shown")
LANGUAGES = (("zh-hans", "中文"), ("en", "EN"))
DOORS = {
    "board": "/board/",
    "console": "/console/",
    "me": "/me/",
    "notice": "/notice/",
    "jury": "/jury/",
    "inbox": "/me/inbox/",
}


def _text_or_number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


@register.filter
def yuan(cents: Any) -> str:
    """Cents as a figure in a column: 1,234.56. What is not an amount shows nothing."""
    number = _text_or_number(cents)
    return "" if number is None else formats.amount(number)


@register.filter
def yuan_short(cents: Any) -> str:
    """Cents as a figure in a line, whole yuan without decimals: 100,000."""
    number = _text_or_number(cents)
    return "" if number is None else formats.amount_short(number)


@register.filter
def yuan_words(cents: Any) -> str:
    """Cents with their unit: 100,000 yuan; 10 万元."""
    number = _text_or_number(cents)
    return "" if number is None else formats.amount_words(number)


@register.filter
def grouped(number: Any) -> str:
    """A whole number with thousands separators: 3,068,000."""
    whole = _text_or_number(number)
    return "" if whole is None else formats.grouped(whole)


@register.filter
def percent_of(part: int, whole: int) -> str:
    """A share of a whole: 11.8%."""
    return formats.percent(part, whole)


@register.filter
def local_date(value: date | datetime | None) -> str:
    """The day in the plan's zone: 21 May 2020; 2020年5月21日."""
    return formats.day(value) if value else ""


@register.filter
def short_date(value: date | datetime | None) -> str:
    """The day without its year: 21 May; 5月21日."""
    return formats.short_day(value) if value else ""


@register.filter
def local_datetime(value: datetime | None) -> str:
    """Day and minute in the plan's zone: 21 May 2020, 14:30."""
    return formats.instant(value) if value else ""


@register.filter
def days(count: int | None) -> str:
    """A number of days in words: 58 days; 58 天."""
    return "" if count is None else formats.days(count)


@register.filter
def hours(count: int | None) -> str:
    """A number of hours in words: 31 hours; 31 小时."""
    return "" if count is None else formats.hours(count)


@register.simple_tag
def when(value: date | datetime | None) -> str | SafeString:
    """The moment as people read it inside a time element as machines do."""
    if value is None:
        return ""
    words = formats.instant(value) if isinstance(value, datetime) else formats.day(value)
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), words)


@register.filter
def is_answer(value: Any) -> bool:
    """Say whether a value is one of the three answers to a criterion."""
    return value in ANSWERS


@register.filter
def lookup(mapping: Mapping[str, Any], key: str) -> Any:
    """The value under a key that is only known to the page."""
    return mapping.get(key, "")


@register.filter
def at(items: Sequence[Any], index: int) -> Any:
    """The item at a place that is only known to the page; nothing past the end."""
    return items[index] if items and index < len(items) else ""


@register.filter
def lower_first(words: Any) -> str:
    """Words inside a sentence: the first letter small."""
    text = str(words)
    return text[:1].lower() + text[1:]


@register.filter
def some_blocked(offers: Sequence[Mapping[str, Any]]) -> bool:
    """Say whether anything blocks at least one of the steps shown."""
    return any(offer["blockers"] for offer in offers)


@register.filter
def error_target(field: forms.BoundField) -> str:
    """The id an error's link leads to: the field, or the first of its choices."""
    return f"{field.auto_id}_0" if field_kind(field) == "choices" else str(field.auto_id)


@register.filter
def field_kind(field: forms.BoundField) -> str:
    """How a field is laid out: choices, checkbox, file, hidden, textarea or text."""
    widget = field.field.widget
    kinds: tuple[tuple[type[forms.Widget], str], ...] = (
        (forms.HiddenInput, "hidden"),
        (forms.CheckboxSelectMultiple, "choices"),
        (forms.RadioSelect, "choices"),
        (forms.CheckboxInput, "checkbox"),
        (forms.FileInput, "file"),
        (forms.Textarea, "textarea"),
    )
    for kind, name in kinds:
        if isinstance(widget, kind):
            return name
    return "group" if widget.use_fieldset else "text"


@register.filter
def step_offers(offers: Sequence[Any]) -> list[dict[str, Any]]:
    """Steps as the page shows them, from StepOffer objects or mappings of the same names."""
    shown: list[dict[str, Any]] = []
    for offer in offers or ():
        if isinstance(offer, Mapping):
            words = [getattr(found, "message", found) for found in offer.get("blockers", ())]
            shown.append({**offer, "blockers": words})
        else:
            step = offer.step
            shown.append(
                {
                    "name": step.name,
                    "label": step.label,
                    "url": offer.url,
                    "blockers": [blocker.message for blocker in offer.blockers],
                    "shortcut": step.shortcut,
                    "is_primary": step.is_primary,
                    "hint": step.hint,
                }
            )
    return shown


def _roles(context: template.Context) -> frozenset[str]:
    request = context.get("request")
    return actor_of(request).roles if isinstance(request, HttpRequest) else frozenset()


def _path(context: template.Context) -> str:
    request = context.get("request")
    return request.path if isinstance(request, HttpRequest) else ""


@register.simple_tag
def door(name: str) -> str:
    """The address of a front door; it holds on every page, the failing ones included."""
    return DOORS[name]


@register.simple_tag(takes_context=True)
def door_of(context: template.Context) -> str:
    """Which front door the page belongs to: console, jury, me or board."""
    path = _path(context)
    doors = (("/console/", "console"), ("/jury/", "jury"), ("/me/", "me"), ("/notice/", "me"))
    return next((door for start, door in doors if path.startswith(start)), "board")


@register.inclusion_tag("components/_nav_item.html", takes_context=True)
def nav_item(
    context: template.Context,
    url: str,
    label: str,
    count: int | None = None,
    is_exact: bool = False,
    roles: str = "",
) -> dict[str, Any]:
    """One entry of a door's navigation.

    Left out where nothing serves the address, or where roles are named and the reader has none.
    """
    if roles and not _roles(context) & set(roles.split()):
        return {"is_served": False}
    try:
        resolve(url)
    except Resolver404:
        return {"is_served": False}
    path = _path(context)
    is_current = path == url or (not is_exact and path.startswith(url))
    return {
        "is_served": True,
        "url": url,
        "label": label,
        "count": count,
        "current": ("page" if path == url else "true") if is_current else "",
    }


@register.simple_tag(takes_context=True)
def other_language(context: template.Context) -> dict[str, str]:
    """The language to switch to: its code, its name, and this page's address in it."""
    now = (get_language() or "en").lower()
    code, name = LANGUAGES[1] if now.startswith("zh") else LANGUAGES[0]
    request = context.get("request")
    query = request.GET.copy() if isinstance(request, HttpRequest) else QueryDict(mutable=True)
    query["lang"] = code
    return {"code": code, "name": name, "url": f"{_path(context)}?{query.urlencode()}"}


@register.simple_tag(takes_context=True)
def with_query(context: template.Context, **changes: Any) -> str:
    """This page's query with some values changed; an empty value takes its key out."""
    request = context.get("request")
    query = request.GET.copy() if isinstance(request, HttpRequest) else QueryDict(mutable=True)
    for key, value in changes.items():
        query.pop(key, None)
        if value not in (None, ""):
            query[key] = str(value)
    return f"?{query.urlencode()}"


@register.inclusion_tag("components/_bar.html")
def bar(parts: Sequence[tuple[str, int]], title: str, has_half: bool = False) -> dict[str, Any]:
    """A bar in parts, [(label, count), …], with a mark at one half where that decides."""
    return {"parts": charts.bar_parts(parts), "title": title, "has_half": has_half}
