"""The pages that show several apps at once."""
