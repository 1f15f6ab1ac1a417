"""The embedded PostgreSQL: a small supervisor, and the Django backend that brings it up."""
