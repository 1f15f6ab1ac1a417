"""The account a person signs in with; it carries no powers of its own."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from members.states import Language


class AccountManager(BaseUserManager["Account"]):
    """Makes accounts with usernames in one form and hashed passwords."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "Account":
        """Create an account; without a password nobody can sign in to it by password."""
        if not username:
            raise ValueError("an account needs a username")
        account = self.model(username=self.model.normalize_username(username), **fields)
        account.set_password(password)
        account.save(using=self._db, force_insert=True)
        return account


class Account(AbstractBaseUser):
    """A way to sign in. One person has at most one; a signed-up account waits for its person.

    There is no superuser: what an account may do follows from the live role grants of its
    person, read at each request (promise 14, promise 15).
    """

    username = models.CharField(_("username"), max_length=64, unique=True)
    email = models.EmailField(_("e-mail"), blank=True)
    is_active = models.BooleanField(default=True)
    language = models.CharField(
        _("language"), max_length=8, choices=Language.choices, default=Language.CHINESE
    )
    person = models.OneToOneField(
        "members.Person", on_delete=models.PROTECT, null=True, related_name="account"
    )
    date_joined = models.DateTimeField(null=True)
    session_generation = models.PositiveIntegerField(default=0, db_default=0)

    objects = AccountManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    is_staff = False
    is_superuser = False

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(language__in=Language.values),
                name="account_language_known",
            ),
        ]

    def __str__(self) -> str:
        return self.username

    def get_session_auth_hash(self) -> str:
        """Return what proves a session: begun with this password, and not signed out since."""
        return self._session_proof(settings.SECRET_KEY)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """Return what proved a session begun under each former secret key."""
        return (self._session_proof(secret) for secret in settings.SECRET_KEY_FALLBACKS)

    def _session_proof(self, secret: str | bytes) -> str:
        said = f"{self.session_generation}:{self.password}"
        return salted_hmac("gongdao-session-1", said, secret=secret, algorithm="sha256").hexdigest()

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Refuse: Django's permissions are not used, roles are."""
        return False

    def has_perms(self, perm_list: list[str], obj: object = None) -> bool:
        """Refuse: Django's permissions are not used, roles are."""
        return False

    def has_module_perms(self, app_label: str) -> bool:
        """Refuse: Django's permissions are not used, roles are."""
        return False
