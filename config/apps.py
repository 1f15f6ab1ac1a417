"""The wiring's registration with Django: its commands and its checks."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Config: wiring."""

    name = "config"

    def ready(self) -> None:
        """Registers the system checks."""
        from config import checks  # noqa: F401 - registering is the import's purpose
