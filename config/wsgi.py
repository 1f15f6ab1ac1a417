"""The WSGI application that gunicorn serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

# What has been loaded stays; the collector need not look at it again for each request.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
