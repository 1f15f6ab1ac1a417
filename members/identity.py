"""Identity numbers: their one form, their check digit, what they say about their holder."""

import unicodedata
from dataclasses import dataclass
from datetime import date

from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from core.fields import keyed_digest
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

    Checks length, date, region and check digit; NotAnIdentityNumber for the rest.
    """
    compact = "".join(
        c for c in unicodedata.normalize("NFKC", text).upper() if not c.isspace() and c not in "-–"
    )
    try:
        number: str = ric.validate(compact)
        born_on: date = ric.get_birth_date(number)
    except ValidationError as error:
        raise NotAnIdentityNumber(type(error).__name__) from error
    if not number.isascii():
        raise NotAnIdentityNumber("InvalidFormat")
    sex = Sex.MALE if int(number[16]) % 2 else Sex.FEMALE
    return Identity(number, born_on, sex.value, number[:2] + "0000")
