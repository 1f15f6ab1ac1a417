"""What is said to a person whose file cannot be taken: what is wrong, and what to do about it."""

from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from claims.evidence import limits

_MEGABYTE = 1024 * 1024

WORDING: dict[str, Any] = {
    "none_chosen": _("Choose a file: a PDF, or a photo in JPEG or PNG."),
    "one_replaces": _("Choose one file: it takes the place of the one that is there."),
    "empty": _("The file is empty. Choose it again, or take the photo again."),
    "too_big": format_lazy(
        _("The file is larger than {megabytes} MB. Save it smaller, or split it into parts."),
        megabytes=limits.MAX_FILE_BYTES // _MEGABYTE,
    ),
    "too_many": format_lazy(
        _("A claim holds at most {files} files. Join several pages into one PDF."),
        files=limits.MAX_CLAIM_FILES,
    ),
    "total_too_big": format_lazy(
        _("The files of a claim may be {megabytes} MB together. Save this one smaller."),
        megabytes=limits.MAX_CLAIM_BYTES // _MEGABYTE,
    ),
    "wrong_type": _(
        "This is not a PDF, JPEG or PNG file. Save the document as PDF, or take a photo of it."
    ),
    "password_protected": _("The PDF has a password. Save it without one and choose it again."),
    "broken": _(
        "The file broke off or cannot be opened. Open it yourself, save it anew, and choose it "
        "again."
    ),
    "too_many_pages": format_lazy(
        _("The PDF has more than {pages} pages. Split it into parts."), pages=limits.MAX_PAGES
    ),
    "too_many_pixels": format_lazy(
        _("The picture has more than {millions} million pixels. Save it smaller."),
        millions=limits.MAX_PIXELS // 1_000_000,
    ),
    "inflates": _("The file unpacks to far more than it should. Print the document to a new PDF."),
    "has_script": _(
        "The PDF contains a program or a form that runs. Print the document to a new PDF."
    ),
    "has_attachment": _(
        "The PDF carries other files inside it. Print the document to a new PDF and upload the "
        "other files one by one."
    ),
    "mixed_format": _(
        "The file is two kinds of file at once. Print the document to a new PDF, or take a photo "
        "of it."
    ),
    "repeated": _("This file is already among the documents of this claim. Choose another one."),
    "more_than_pictures": _(
        "This PDF holds more than pictures of its pages: text may still lie under a black bar. "
        "Save each page as a picture (JPEG or PNG) and choose those."
    ),
    "too_many_to_redraw": format_lazy(
        _("A redacted copy has at most {pages} pages. Leave out what nobody needs."),
        pages=limits.MAX_REDRAWN_PAGES,
    ),
}
