"""Form fields that take what people really type, and answer the rest in plain words."""

import re
import unicodedata
from datetime import date
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.money import format_yuan, parse_yuan
from core.references import NotAReference, parse_reference

_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
_DAY = re.compile(r"(\d{4})\D{1,3}(\d{1,2})\D{1,3}(\d{1,2})\D?\Z")
_DAY_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})\Z")


def refuse_hidden_characters(text: str) -> None:
    """Refuse characters that change how the text around them reads, or that cannot be stored."""
    for character in text:
        if character in _DIRECTIONS:
            raise ValidationError(
                _("Remove the characters that change the direction of writing, then try again."),
                code="direction_characters",
            )
        if unicodedata.category(character) in {"Cc", "Cs"} and character not in "\n\r\t":
            raise ValidationError(
                _("Remove the control characters; they may have come with pasted text."),
                code="control_characters",
            )


class LineField(forms.CharField):
    """One line of plain text; `missing` says what to enter where it is empty."""

    def __init__(self, *, missing: str | Promise, max_length: int = 120, **options: Any) -> None:
        messages = {
            "required": missing,
            "max_length": _("Shorten this to %(limit_value)d characters; it has %(show_value)d."),
            **options.pop("error_messages", {}),
        }
        super().__init__(max_length=max_length, error_messages=messages, **options)
        self.validators.append(refuse_hidden_characters)

    def to_python(self, value: Any) -> str:
        """Return the text with line breaks folded into spaces, in NFC."""
        return unicodedata.normalize(
            "NFC", re.sub(r"[\r\n\t]+", " ", super().to_python(value) or "")
        )


class ProseField(LineField):
    """Several lines of plain text."""

    widget = forms.Textarea

    def __init__(self, *, missing: str | Promise, max_length: int = 4000, **options: Any) -> None:
        options.setdefault("widget", forms.Textarea(attrs={"rows": 6}))
        super().__init__(missing=missing, max_length=max_length, **options)

    def to_python(self, value: Any) -> str:
        """Return the text with one kind of line break, in NFC."""
        text = forms.CharField.to_python(self, value) or ""
        return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


class DayField(forms.Field):
    """A calendar day, as `2026-10-03`, `2026 10 3`, `2026年10月3日` or in full-width digits."""

    widget = forms.TextInput

    def __init__(self, *, missing: str | Promise, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "text", "size": 14}))
        super().__init__(error_messages={"required": cast(str, missing)}, **options)

    def prepare_value(self, value: Any) -> Any:
        """Show a stored day the way it may be typed."""
        return value.isoformat() if isinstance(value, date) else value

    def to_python(self, value: Any) -> date | None:
        """Return the day, or None where nothing was entered."""
        if value is None or value == "":
            return None
        if isinstance(value, date):
            return value
        text = unicodedata.normalize("NFKC", str(value)).strip()
        found = _DAY.match(text) or _DAY_COMPACT.match(text)
        if found is None:
            raise ValidationError(
                _("Enter the day as year, month, day, for example 2026-10-03."), code="day_form"
            )
        try:
            return date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError as error:
            raise ValidationError(
                _("There is no such day. Check the month and the day."), code="day_absent"
            ) from error


class YuanField(forms.Field):
    """An amount typed in yuan; its value is integer cents."""

    widget = forms.TextInput

    def __init__(self, *, missing: str | Promise, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "size": 14}))
        super().__init__(error_messages={"required": cast(str, missing)}, **options)

    def prepare_value(self, value: Any) -> Any:
        """Show stored cents as yuan."""
        return format_yuan(value) if isinstance(value, int) else value

    def to_python(self, value: Any) -> int | None:
        """Return cents, or None where nothing was entered. A JSON number is refused: text only."""
        if value is None or value == "":
            return None
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        try:
            return parse_yuan(str(value))
        except ValueError as error:
            raise ValidationError(
                _("Enter an amount in yuan, for example 100,000 or 960.50."), code="amount_form"
            ) from error


class ReferenceField(LineField):
    """A reference in any spelling (`c 9tx4 k2qh`); its value is the one form."""

    def __init__(self, *, prefix: str, missing: str | Promise, **options: Any) -> None:
        self.prefix = prefix
        super().__init__(missing=missing, max_length=40, **options)

    def clean(self, value: Any) -> str:
        """Return the reference in its one form, or empty where none is required."""
        text = super().clean(value)
        if not text:
            return ""
        try:
            return parse_reference(text, self.prefix)
        except NotAReference as error:
            raise ValidationError(
                _("Enter the reference as it is printed, for example %(example)s."),
                code="reference_form",
                params={"example": f"{self.prefix}-9TX4-K2QH"},
            ) from error
