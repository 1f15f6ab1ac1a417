"""Names the bench's scratch database to Django; imported before anything that uses one."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django
from django.conf import settings

for _alias in settings.DATABASES.values():
    _alias["NAME"] = os.environ["GONGDAO_BENCH_DATABASE"]
django.setup()
