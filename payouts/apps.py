"""The payouts app's registration with Django."""

from django.apps import AppConfig


class PayoutsConfig(AppConfig):
    """Payouts: batches, the outbox, gateways, reconciliation."""

    name = "payouts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the periodic tasks known to the clock."""
        from payouts import deadlines

        deadlines.register()
