"""The product's own WSGI application on the bench's scratch database."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

from django.conf import settings

for _alias in settings.DATABASES.values():
    _alias["NAME"] = os.environ["GONGDAO_BENCH_DATABASE"]

from config.wsgi import application  # noqa: E402 - after the database is named

__all__ = ["application"]
