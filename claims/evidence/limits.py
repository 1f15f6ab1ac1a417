"""The limits an uploaded file must keep, and the codes of what may be wrong with one."""

from typing import Final

MAX_FILE_BYTES: Final = 20 * 1024 * 1024
MAX_CLAIM_BYTES: Final = 200 * 1024 * 1024
MAX_CLAIM_FILES: Final = 60
MAX_PAGES: Final = 300
MAX_PIXELS: Final = 50_000_000
MAX_REDRAWN_PAGES: Final = 20
MAX_REDRAWN_EDGE: Final = 1800
MAX_INFLATED_BYTES: Final = 200 * 1024 * 1024
MAX_TRAILING_BYTES: Final = 1024

PROBE_SECONDS: Final = 20
PROBE_MEMORY_BYTES: Final = 768 * 1024 * 1024

MEDIA_TYPES: Final = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}

REFUSALS: Final = (
    "empty",
    "too_big",
    "too_many",
    "total_too_big",
    "wrong_type",
    "password_protected",
    "broken",
    "too_many_pages",
    "too_many_pixels",
    "inflates",
    "has_script",
    "has_attachment",
    "mixed_format",
    "repeated",
    "more_than_pictures",
    "too_many_to_redraw",
)
