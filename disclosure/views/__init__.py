"""Disclosure's pages: the members' notice, the console's desks, the public board."""
