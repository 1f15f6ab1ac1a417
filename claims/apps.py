"""The claims app's registration with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClaimsConfig(AppConfig):
    """Claims: everything in the table of the claim's steps but hearings, rounds and boards."""

    name = "claims"
    verbose_name = _("Claims")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the deadline handlers and the kinds of message known."""
        from claims import deadlines, messages

        deadlines.register()
        messages.register_kinds()
