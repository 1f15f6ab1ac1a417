"""Sharing's pages."""
