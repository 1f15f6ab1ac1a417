"""The product's own WSGI application on the bench's scratch database."""

from bench.voting import on_scratch  # noqa: F401 - names the database, before what follows
from config.wsgi import application

__all__ = ["application"]
