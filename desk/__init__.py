"""What shows several apps at once: the console, /me/, the composed API, the demo world."""
