"""What each step asks, as plain forms."""
