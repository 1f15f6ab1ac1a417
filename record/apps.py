"""The record app's registration with Django, and its place in the clock's loop."""

from django.apps import AppConfig


class RecordConfig(AppConfig):
    """Record: an append-only log that anyone can verify."""

    name = "record"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the sequencer with the clock."""
        from record import clock_tasks  # noqa: F401 - registering is the import's purpose
