"""The disclosure app's registration with Django."""

from django.apps import AppConfig


class DisclosureConfig(AppConfig):
    """Disclosure: what members and the public may read."""

    name = "disclosure"
    default_auto_field = "django.db.models.BigAutoField"
