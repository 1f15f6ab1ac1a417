"""The province-level divisions by their GB/T 2260 codes, and the six regions they lie in."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REGIONS: dict[str, Promise] = {
    "1": _("North China"),
    "2": _("Northeast China"),
    "3": _("East China"),
    "4": _("Central and South China"),
    "5": _("Southwest China"),
    "6": _("Northwest China"),
    "7": _("Hong Kong, Macao and Taiwan"),
}

PROVINCES: dict[str, Promise] = {
    "110000": _("Beijing"),
    "120000": _("Tianjin"),
    "130000": _("Hebei"),
    "140000": _("Shanxi"),
    "150000": _("Inner Mongolia"),
    "210000": _("Liaoning"),
    "220000": _("Jilin"),
    "230000": _("Heilongjiang"),
    "310000": _("Shanghai"),
    "320000": _("Jiangsu"),
    "330000": _("Zhejiang"),
    "340000": _("Anhui"),
    "350000": _("Fujian"),
    "360000": _("Jiangxi"),
    "370000": _("Shandong"),
    "410000": _("Henan"),
    "420000": _("Hubei"),
    "430000": _("Hunan"),
    "440000": _("Guangdong"),
    "450000": _("Guangxi"),
    "460000": _("Hainan"),
    "500000": _("Chongqing"),
    "510000": _("Sichuan"),
    "520000": _("Guizhou"),
    "530000": _("Yunnan"),
    "540000": _("Tibet"),
    "610000": _("Shaanxi"),
    "620000": _("Gansu"),
    "630000": _("Qinghai"),
    "640000": _("Ningxia"),
    "650000": _("Xinjiang"),
    "710000": _("Taiwan"),
    "810000": _("Hong Kong"),
    "820000": _("Macao"),
}


def region_of(province: str) -> str:
    """Return the region's code of a province's code; Hong Kong, Macao and Taiwan share one."""
    return "7" if province[:1] in "78" else province[:1]


def province_name(province: str) -> str:
    """Return the province's name in the reader's language, empty for an unknown code."""
    return str(PROVINCES.get(province, ""))
