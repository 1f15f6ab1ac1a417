"""The disclosure app's registration with Django."""

from django.apps import AppConfig


class DisclosureConfig(AppConfig):
    """Disclosure: what members and the public may read."""

    name = "disclosure"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the clock's tasks and the inbox's messages."""
        from disclosure import clock_tasks, messages  # noqa: F401 - importing registers them
