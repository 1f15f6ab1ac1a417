"""What we add to django-allauth: a new account's language; what a sign-out and a password end."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.translation import get_language
from rest_framework.authtoken.models import Token

from members.models import Account
from members.services import end_sessions
from members.states import Language


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth has no types here
    """Django-allauth's adapter, with the language and with what ends."""

    def save_user(
        self, request: HttpRequest, user: Account, form: Any, commit: bool = True
    ) -> Account:
        """Save a new account with the language of the page it was made on."""
        language = get_language() or ""
        if language in Language.values:
            user.language = language
        saved: Account = super().save_user(request, user, form, commit)
        return saved

    def logout(self, request: HttpRequest) -> None:
        """Sign out on every device: a copy of the cookie taken before must not work after."""
        if request.user.pk is not None:
            end_sessions(account_id=request.user.pk)
        super().logout(request)

    def set_password(self, user: Account, password: str) -> None:
        """Set a new password; the tokens given out for the former one end with it."""
        super().set_password(user, password)
        Token.objects.filter(user_id=user.pk).delete()
