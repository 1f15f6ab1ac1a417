"""The payouts app's commands."""
