"""What we add to signing up: a new account reads e-mails in the language it signed up in."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.translation import get_language

from members.models import Account
from members.states import Language


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth has no types here
    """Django-allauth's adapter, with the language."""

    def save_user(
        self, request: HttpRequest, user: Account, form: Any, commit: bool = True
    ) -> Account:
        """Save a new account with the language of the page it was made on."""
        language = get_language() or ""
        if language in Language.values:
            user.language = language
        saved: Account = super().save_user(request, user, form, commit)
        return saved
