"""People, roles, plans, rulebooks and their calendar, memberships with tiers, the inbox."""
