"""The members' pages: inbox, memberships, roles."""
