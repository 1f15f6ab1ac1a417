"""The demo world: invented people and claims, driven through the real services and triggers."""
