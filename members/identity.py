"""Identity numbers: their one form, their check digit, what they say about their holder."""

import unicodedata
from dataclasses import dataclass
from datetime import date

from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from core.fields import keyed_digest
from members.provinces import PROVINCES
from members.states import Sex


class NotAnIdentityNumber(ValueError):
    """What was typed is not a resident identity number (居民身份证)."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A resident identity number and what its digits say."""

    number: str
    born_on: date
    sex: str
    province: str

    @property
    def digest(self) -> str:
        """The keyed digest by which one identity is found to be one person."""
        return keyed_digest(self.number, "identity")


def read_identity(text: str) -> Identity:
    """Return the identity in what a person typed: spaces, hyphens, full width accepted.

    Checks length, check digit, province and date; NotAnIdentityNumber for the rest. The county
    is not checked: numbers were given out long after birth, under counties that came and went.
    """
    compact = "".join(
        c for c in unicodedata.normalize("NFKC", text).upper() if not c.isspace() and c not in "-–"
    )
    if not (len(compact) == 18 and compact.isascii() and compact[:17].isdigit()):
        raise NotAnIdentityNumber("length")
    if compact[17] != ric.calc_check_digit(compact):
        raise NotAnIdentityNumber("check digit")
    province = compact[:2] + "0000"
    if province not in PROVINCES:
        raise NotAnIdentityNumber("region")
    try:
        born_on: date = ric.get_birth_date(compact)
    except ValidationError as error:
        raise NotAnIdentityNumber("date") from error
    sex = Sex.MALE if int(compact[16]) % 2 else Sex.FEMALE
    return Identity(compact, born_on, sex.value, province)


def compose_identity(region: str, born_on: date, sequence: int) -> str:
    """Return an identity number with its check digit, for worlds of invented people.

    The region is six digits of GB/T 2260; an odd sequence is a man's, an even one a woman's.
    """
    digits = f"{region}{born_on:%Y%m%d}{sequence:03d}"
    return digits + ric.calc_check_digit(digits + "0")
