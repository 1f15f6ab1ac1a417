"""How money, dates and counts are written for people, in the language of the page."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils import formats, translation
from django.utils.translation import gettext, ngettext, pgettext

from core.zone import SHANGHAI

MINUS = "\N{MINUS SIGN}"
WAN = 10_000
YI = 100_000_000


def is_chinese() -> bool:
    """Say whether the page is in Chinese."""
    return (translation.get_language() or "").lower().startswith("zh")


def grouped(number: int) -> str:
    """Return a whole number with thousands separators, e.g. 3,068,000."""
    return f"{MINUS}{-number:,}" if number < 0 else f"{number:,}"


def amount(cents: int) -> str:
    """Return cents as yuan with two decimals, for columns of figures: 1,234.56."""
    yuan, rest = divmod(abs(cents), 100)
    return f"{MINUS if cents < 0 else ''}{yuan:,}.{rest:02d}"


def amount_short(cents: int) -> str:
    """Return cents as yuan, whole yuan without decimals: 100,000, but 61,337.02."""
    return amount(cents).removesuffix(".00")


def _in_units(yuan: Decimal, unit: int, word: str) -> str:
    shown = (yuan / unit).quantize(Decimal("0.01"))
    about = "" if shown * unit == yuan else "约 "
    number = f"{shown:,}".rstrip("0").rstrip(".")
    return f"{about}{number} {word}元"


def amount_words(cents: int) -> str:
    """Return an amount with its unit as it is said: 30 万元, 约 6.13 万元; 300,000 yuan."""
    yuan = Decimal(abs(cents)) / 100
    if is_chinese() and yuan >= WAN:
        sign = MINUS if cents < 0 else ""
        return sign + (_in_units(yuan, YI, "亿") if yuan >= YI else _in_units(yuan, WAN, "万"))
    return gettext("%(amount)s yuan") % {"amount": amount_short(cents)}


def percent(part: int, whole: int) -> str:
    """Return a share of a whole to one decimal, e.g. 11.8%; nothing of nothing is a dash."""
    if whole <= 0:
        return "–"
    tenths = (part * 2000 + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10}%"


def in_zone(value: date | datetime, zone: str = SHANGHAI) -> date | datetime:
    """Return an aware instant as the plan's clock shows it; a day as it is."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("an instant must know its time zone")
        return value.astimezone(ZoneInfo(zone))
    return value


def day(value: date | datetime, zone: str = SHANGHAI) -> str:
    """Return the day in the plan's zone: 21 May 2020; 2020年5月21日."""
    return formats.date_format(in_zone(value, zone), pgettext("date format", "j F Y"))


def short_day(value: date | datetime, zone: str = SHANGHAI) -> str:
    """Return the day without its year: 21 May; 5月21日."""
    return formats.date_format(in_zone(value, zone), pgettext("date format", "j M"))


def instant(value: datetime, zone: str = SHANGHAI) -> str:
    """Return day and minute in the plan's zone: 21 May 2020, 14:30; 2020年5月21日 14:30."""
    return formats.date_format(in_zone(value, zone), pgettext("date format", "j F Y, H:i"))


def days(count: int) -> str:
    """Return a number of days in words: 1 day, 58 days; 58 天."""
    return ngettext("%(count)s day", "%(count)s days", count) % {"count": grouped(count)}


def hours(count: int) -> str:
    """Return a number of hours in words: 1 hour, 31 hours; 31 小时."""
    return ngettext("%(count)s hour", "%(count)s hours", count) % {"count": grouped(count)}
