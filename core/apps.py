"""The core app's registration with Django."""

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import Tags, register


class CoreConfig(AppConfig):
    """Core: no domain words."""

    name = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """In production, check with the database that its clock is not shifted."""
        from core.clock import check_offset_is_zero

        if settings.IS_PRODUCTION:
            register(check_offset_is_zero, Tags.database)
