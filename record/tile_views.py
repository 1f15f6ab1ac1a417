"""The record's tiles over HTTP, for whoever has no static files before them."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from record import queries
from record.tile_reading import tile_bytes
from record.tiles import parse_path

BYTES = "application/octet-stream"
#: More than a hundred million million leaves, and less than the database's largest integer.
_LONGEST_PLACE = 5


@login_not_required
@require_safe
@cache_control(public=True, max_age=31_536_000, immutable=True)
@gzip_page
def tile(request: HttpRequest, level: str, place: str) -> HttpResponse:
    """Answer a tile or a bundle of entries that a signed checkpoint covers, for ever the same."""
    found = parse_path(level, place) if place.count("/") <= _LONGEST_PLACE else None
    newest = queries.latest_checkpoint()
    if found is None or newest is None or found.needed_size > newest.size:
        raise Http404
    return HttpResponse(tile_bytes(found), content_type=BYTES)
