"""System checks of the wiring: the database's safety."""

from collections.abc import Sequence
from typing import Any

from django.apps.config import AppConfig
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from config.postgres.errors import UnsafeServerError
from config.postgres.safety import unsafe_points


@register(Tags.database)
def database_is_safe(
    app_configs: Sequence[AppConfig] | None,
    databases: Sequence[str] | None = None,
    **kwargs: Any,
) -> list[CheckMessage]:
    """E001 for each reason why promises would not hold on the application's database."""
    if not databases or "default" not in databases:
        return []
    connection = connections["default"]
    if connection.settings_dict.get("IS_OWNER"):
        return []
    try:
        with connection.cursor() as cursor:
            points = unsafe_points(cursor)
    except UnsafeServerError as refusal:
        points = [str(refusal)]
    return [Error(point, id="gongdao.E001") for point in points]
