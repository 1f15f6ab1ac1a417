"""Whether this process lives and whether it is ready to serve."""

from django.db import Error
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config.postgres.errors import EmbeddedPostgresError, UnsafeServerError
from core.readiness import findings


@require_safe
@never_cache
def healthz(_request: HttpRequest) -> JsonResponse:
    """200 as long as this process answers; asks no database."""
    return JsonResponse({"status": "alive"})


@require_safe
@never_cache
def readyz(_request: HttpRequest) -> JsonResponse:
    """200 when database, migrations, time, clock and deadlines are well, else 503.

    `serves` tells whether pages can be served meanwhile: they can without the clock.
    """
    try:
        found = findings()
    except (Error, EmbeddedPostgresError, UnsafeServerError):
        body = {"status": "not ready", "reason": "database", "serves": False}
        return JsonResponse(body, status=503)
    bad = [one for one in found if not one.is_well]
    if not bad:
        return JsonResponse({"status": "ready", "serves": True})
    body = {
        "status": "not ready",
        "reason": bad[0].name,
        "serves": all(one.is_well for one in found if one.stops_serving),
        "checks": {one.name: one.detail or "well" for one in found},
    }
    return JsonResponse(body, status=503)
