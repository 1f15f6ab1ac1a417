"""The sharing app's migrations."""
