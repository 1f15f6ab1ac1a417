"""The jury's template tags."""
