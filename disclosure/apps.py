"""The disclosure app's registration with Django."""

from django.apps import AppConfig


class DisclosureConfig(AppConfig):
    """Disclosure: what members and the public may read."""

    name = "disclosure"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the clock’s tasks, the inbox’s messages, the words for entries."""
        from disclosure import (  # noqa: F401 - importing registers them
            clock_figures,
            clock_tasks,
            messages,
            record_kinds,
        )
