"""The jury's commands."""
