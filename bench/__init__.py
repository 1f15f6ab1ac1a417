"""Measures of speed, each beside its limit and beside the plain way, in one run on one machine."""
