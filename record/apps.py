"""The record app's registration with Django, and its place in the clock's loop."""

from django.apps import AppConfig


class RecordConfig(AppConfig):
    """Record: an append-only log that anyone can verify."""

    name = "record"
    default_auto_field = "django.db.models.BigAutoField"
