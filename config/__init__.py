"""Wiring: settings, urls, the embedded database. Imports everything, imported by nothing."""
