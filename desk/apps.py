"""The desk: what shows several apps at once. It has no tables of its own."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Registers the desk."""

    name = "desk"
    default_auto_field = "django.db.models.BigAutoField"
