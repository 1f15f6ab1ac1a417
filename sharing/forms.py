"""The forms of a round's steps: which memberships a bank file or a person names."""

import csv
import io
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.references import NotAReference, parse_reference

MOST_BYTES = 2_000_000
MOST_MEMBERSHIPS = 50_000
_BETWEEN = re.compile(r"[\r\n,;，；]+")


class MembershipListField(forms.Field):
    """Membership references, one a line, or a JSON list of them; their one form comes out."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> list[str]:
        """Return the references; every line that is none is named."""
        if value in self.empty_values:
            return []
        parts = value if isinstance(value, list) else _BETWEEN.split(str(value))
        return read_references([str(part) for part in parts])


class MembershipsForm(forms.Form):
    """Memberships by a typed list, by a CSV file, or both."""

    memberships = MembershipListField(
        label=gettext_lazy("Membership references"),
        help_text=gettext_lazy("One a line, for example M-9TX4-K2QH."),
        required=False,
    )
    file = forms.FileField(
        label=gettext_lazy("The bank's file"),
        help_text=gettext_lazy("A CSV file whose first column holds the references."),
        required=False,
    )

    def clean_file(self) -> list[str]:
        """Return the references of the file's first column."""
        file: Any = self.cleaned_data.get("file")
        if file is None:
            return []
        if file.size is None or file.size > MOST_BYTES:
            raise ValidationError(_("Choose a file of at most 2 MB."), code="file_too_big")
        text = decode(file.read())
        try:
            rows = [row[0] for row in csv.reader(io.StringIO(text)) if row and row[0].strip()]
        except csv.Error as error:
            raise ValidationError(_("Choose a text file (CSV)."), code="not_text") from error
        return read_references(rows, has_heading=True)

    def clean(self) -> dict[str, Any]:
        """Join both lists; at least one membership is named."""
        cleaned = super().clean() or {}
        found = [*cleaned.get("memberships", []), *cleaned.pop("file", [])]
        if not found and not self.errors:
            message = _("Enter at least one membership reference, or choose a file.")
            self.add_error("memberships", ValidationError(message, code="nothing_named"))
        if len(found) > MOST_MEMBERSHIPS:
            message = _("Name at most 50,000 memberships at a time.")
            raise ValidationError(message, code="too_many")
        return {"memberships": found}


def decode(data: bytes) -> str:
    """Return a file's text: UTF-8, or the GB 18030 of Chinese spreadsheets."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValidationError(_("Choose a text file (CSV)."), code="not_text")


def read_references(rows: list[str], *, has_heading: bool = False) -> list[str]:
    """Return references in their one form; the first lines that are none are named."""
    found, wrong = [], []
    for number, row in enumerate(rows, start=1):
        if not row.strip():
            continue
        try:
            found.append(parse_reference(row, "M"))
        except NotAReference:
            if not (has_heading and number == 1):
                wrong.append(number)
    if wrong:
        lines = ", ".join(str(number) for number in wrong[:10])
        message = _("Check line %(lines)s: it holds no membership reference.")
        raise ValidationError(message % {"lines": lines}, code="not_a_reference")
    return found
