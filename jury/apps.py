"""The jury app's registration with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JuryConfig(AppConfig):
    """Jury: who judges a dispute, how they are drawn, how their ballots are sealed and counted."""

    name = "jury"
    verbose_name = _("Jury")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what the clock performs and the words of the messages."""
        from jury import (  # noqa: F401  registration on import
            deadlines,
            juror_deadlines,
            juror_messages,
            messages,
        )
