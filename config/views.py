"""Whether this process lives and whether it is ready to serve."""

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config.postgres.errors import EmbeddedPostgresError, UnsafeServerError


@require_safe
@never_cache
def healthz(_request: HttpRequest) -> JsonResponse:
    """200 as long as this process answers; asks no database."""
    return JsonResponse({"status": "alive"})


@require_safe
@never_cache
def readyz(_request: HttpRequest) -> JsonResponse:
    """200 when the database answers and its tables are those of this code, else 503."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except (Error, EmbeddedPostgresError, UnsafeServerError):
        return JsonResponse({"status": "not ready", "reason": "database"}, status=503)
    if waiting:
        return JsonResponse({"status": "not ready", "reason": "migrations"}, status=503)
    return JsonResponse({"status": "ready"})
