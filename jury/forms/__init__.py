"""The jury's forms: shape only; what they mean is checked by the services."""
