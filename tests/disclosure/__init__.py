"""Tests of notice and board."""
