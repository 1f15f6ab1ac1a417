"""People, the households they share, the roles they hold, the agencies they work for."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.fields import EncryptedText
from members.states import Role, Sex


class Household(models.Model):
    """People who live from one purse; none acts on a claim of another (promise 12)."""

    reference = models.CharField(max_length=16, unique=True)

    def __str__(self) -> str:
        return self.reference


class Person(models.Model):
    """One human being. A verified identity belongs to one person only (promise 13)."""

    reference = models.CharField(max_length=16, unique=True)
    full_name = models.CharField(_("full name"), max_length=100)
    surname = models.CharField(_("surname"), max_length=50)
    born_on = models.DateField(_("date of birth"))
    sex = models.CharField(_("sex"), max_length=6, choices=Sex.choices)
    province = models.CharField(_("province"), max_length=6, blank=True)
    identity_digest = models.CharField(max_length=64, blank=True)
    identity_encrypted = EncryptedText(blank=True)
    phone_digest = models.CharField(max_length=64, blank=True)
    is_identity_verified = models.BooleanField(default=False)
    verified_at = models.DateTimeField(null=True)
    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, null=True, related_name="people"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["identity_digest"],
                condition=~Q(identity_digest=""),
                name="person_identity_is_one",
            ),
            models.CheckConstraint(
                condition=Q(is_identity_verified=False)
                | (~Q(identity_digest="") & Q(verified_at__isnull=False)),
                name="person_verified_has_identity",
            ),
            models.CheckConstraint(condition=Q(sex__in=Sex.values), name="person_sex_known"),
        ]
        indexes = [models.Index(fields=["phone_digest"], name="person_phone")]

    def __str__(self) -> str:
        return self.reference


class RoleGrant(models.Model):
    """A role from one instant to another; revoking fills in the end, nothing is deleted."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="role_grants")
    role = models.CharField(max_length=16, choices=Role.choices)
    granted_at = models.DateTimeField()
    granted_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="grants_made"
    )
    reason = models.CharField(max_length=500, blank=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="grants_revoked"
    )
    revoke_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "role"],
                condition=Q(revoked_at__isnull=True),
                name="role_grant_live_once",
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="role_grant_role_known"),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | Q(revoked_at__gte=F("granted_at")),
                name="role_grant_ends_after_start",
            ),
        ]
        indexes = [
            models.Index(
                fields=["role"],
                condition=Q(revoked_at__isnull=True),
                name="role_grant_live",
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} of person {self.person_id}"


class Agency(models.Model):
    """An outside agency that investigates on site."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.name


class AgencyMember(models.Model):
    """A person who investigates for an agency."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="agency_member")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="members")

    def __str__(self) -> str:
        return f"person {self.person_id} of agency {self.agency_id}"
