"""Redacted evidence: taking a copy in, who may read it, and how a page shows it."""
