"""The payouts app's migrations."""
