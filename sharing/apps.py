"""The sharing app's registration with Django."""

from django.apps import AppConfig


class SharingConfig(AppConfig):
    """Sharing: rounds, shares, the journal."""

    name = "sharing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the deadline handlers known."""
        from sharing import deadlines

        deadlines.register()
