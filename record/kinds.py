"""What each kind of entry is called in words; the apps above name their own kinds."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_WORDS: dict[str, Promise] = {}


def name_kinds(words: Mapping[str, Promise]) -> None:
    """Register words for kinds of entries."""
    _WORDS.update(words)


def kind_text(kind: str) -> str:
    """Return a kind in words; one that nobody named stays as it is."""
    found = _WORDS.get(kind)
    return kind if found is None else str(found)


name_kinds(
    {
        "audit_head": _("Head of the audit’s chain"),
        "checkpoint_requested": _("Checkpoint asked for"),
        "key_rotated": _("Signing key changed"),
    }
)
