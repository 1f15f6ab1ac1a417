"""What a notice card may show of a name, and the scan that warns of personal data in a text."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Masking = Literal["surname", "none"]
HIDDEN = "某"

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_GAP = r"[\s\-–—_.·]?"
_LONG_NUMBER = re.compile(rf"(?<![0-9A-Za-z])(?:\d{_GAP}){{14,18}}[\dXx](?![0-9A-Za-z])")
_PHONE = re.compile(rf"(?<!\d)(?:\+?86{_GAP})?1{_GAP}[3-9]{_GAP}(?:\d{_GAP}){{8}}\d(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)0\d{2,3}[\s\-–]\d{7,8}(?!\d)")
_MASKED_NUMBER = re.compile(r"\d{3,}\s?[*×xX＊•]{3,}\s?\d{2,}[Xx]?")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_BIRTH = re.compile(r"(?:生于|出生于|出生日期|born (?:on|in))\s*[:：]?\s*\d{4}", re.IGNORECASE)
_MESSAGES: dict[str, Promise] = {
    "identity_number": _("An identity number stands in the text."),
    "bank_card": _("A bank card number stands in the text."),
    "phone": _("A phone number stands in the text."),
    "masked_number": _("Part of a number with stars still tells who it is."),
    "email": _("An e-mail address stands in the text."),
    "birth_date": _("A date of birth stands in the text."),
    "name": _("The name of somebody involved stands in the text."),
}


@dataclass(frozen=True, slots=True)
class PersonalData:
    """One place in a text that looks like personal data."""

    code: str
    start: int
    end: int

    @property
    def message(self) -> Promise:
        """The warning in words; it never repeats what it found."""
        return _MESSAGES[self.code]


def mask_name(surname: str, masking: Masking) -> str:
    """Return what a notice card calls a person: the surname at most, never a part of the rest."""
    return f"{surname}{HIDDEN}" if masking == "surname" and surname else ""


def is_identity_number(digits: str) -> bool:
    """Say whether 18 characters are a resident identity number with its check digit."""
    if not re.fullmatch(r"\d{17}[\dX]", digits):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False))
    return _CHECKS[total % 11] == digits[17]


def is_card_number(digits: str) -> bool:
    """Say whether 15 to 19 digits pass the Luhn check that bank cards carry."""
    if not digits.isdigit() or not 15 <= len(digits) <= 19:
        return False
    doubled = [int(d) * (1 + i % 2) for i, d in enumerate(reversed(digits))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def scan_personal_data(text: str, names: Iterable[str] = ()) -> list[PersonalData]:
    """Return the places of a text that look like personal data, in the text's order.

    Full-width digits and separators inside a number do not hide it. Names are looked for as
    they are and, from three characters on, without the surname.
    """
    plain = "".join(_one_for_one(character) for character in text)
    found = [*_numbers(plain)]
    for code, pattern in (
        ("phone", _PHONE),
        ("phone", _LANDLINE),
        ("masked_number", _MASKED_NUMBER),
        ("email", _EMAIL),
        ("birth_date", _BIRTH),
    ):
        found.extend(PersonalData(code, *match.span()) for match in pattern.finditer(plain))
    folded = plain.casefold()
    if len(folded) == len(plain):
        found.extend(_names(folded, names))
    return _without_overlaps(found)


def _one_for_one(character: str) -> str:
    """Fold a full-width character to its plain one, keeping positions."""
    folded = unicodedata.normalize("NFKC", character)
    return folded if len(folded) == 1 else character


def _numbers(text: str) -> Iterable[PersonalData]:
    for match in _LONG_NUMBER.finditer(text):
        digits = re.sub(r"[^\dXx]", "", match.group()).upper()
        if is_identity_number(digits) or re.fullmatch(
            r"\d{6}\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}", digits
        ):
            yield PersonalData("identity_number", *match.span())
        elif is_card_number(digits):
            yield PersonalData("bank_card", *match.span())
        elif len(digits) == 18:
            yield PersonalData("identity_number", *match.span())


def _names(text: str, names: Iterable[str]) -> Iterable[PersonalData]:
    wanted: set[str] = set()
    for name in names:
        folded = unicodedata.normalize("NFKC", name).strip().casefold()
        if len(folded) >= 2:
            wanted.add(folded)
        if len(folded) >= 3 and not folded.isascii():
            wanted.add(folded[1:])
    for name in sorted(wanted):
        for match in re.finditer(re.escape(name), text):
            yield PersonalData("name", *match.span())


def _without_overlaps(found: Iterable[PersonalData]) -> list[PersonalData]:
    kept: list[PersonalData] = []
    for warning in sorted(found, key=lambda w: (w.start, -w.end, w.code)):
        if not kept or warning.start >= kept[-1].end:
            kept.append(warning)
    return kept
