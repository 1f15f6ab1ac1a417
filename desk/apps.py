"""The desk: what shows several apps at once. It has no tables of its own."""

from importlib import import_module

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Registers the desk and what the clock does for it."""

    name = "desk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the demo's travel with the clock."""
        import_module("desk.travel")
