"""The core app's registration with Django."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Core: no domain words."""

    name = "core"
    default_auto_field = "django.db.models.BigAutoField"
