"""Whose session a request brings, for a view that asks the database only once.

`request.user` loads the account by a statement of its own. A view that reads the account together
with what it needs checks here what `django.contrib.auth.get_user` checks: the backend, the account
being active (the view's statement), and the proof that the password is still the same and
nobody has signed out since. The session itself is a signed cookie, so that signing out has to reach
copies of it: it counts up the account's `session_generation`, which is part of the proof.
"""

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.utils.crypto import constant_time_compare

from members.models import Account


def account_in(session: SessionBase) -> int | None:
    """Return the id of the account the session is of, unproved; None where it is of nobody."""
    if session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    text = str(session.get(SESSION_KEY, ""))
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def is_proof(session: SessionBase, password: str, generation: int) -> bool:
    """Say whether the session was begun with the password the account has, and not signed out.

    A session begun under a former secret key is no proof here; `request.user` renews it.
    """
    due = Account(password=password, session_generation=generation).get_session_auth_hash()
    return constant_time_compare(str(session.get(HASH_SESSION_KEY, "")), due)
