"""Sharing's use cases."""
