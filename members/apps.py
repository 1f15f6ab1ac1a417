"""The members app's registration with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MembersConfig(AppConfig):
    """Members: who takes part, in what, under which rules."""

    name = "members"
    verbose_name = _("Members")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what the clock does and what readiness looks at."""
        from members import deadlines, readiness  # noqa: F401  registration on import
