"""The members app's tables."""

from members.models.accounts import Account, AccountManager
from members.models.mail import Broadcast, Mail, MailRefusal
from members.models.memberships import (
    HealthStatement,
    Membership,
    MembershipTier,
    UnitDelta,
)
from members.models.messages import Message
from members.models.people import Agency, AgencyMember, Household, Person, RoleGrant
from members.models.plans import Plan, RulebookVersion

__all__ = [
    "Account",
    "AccountManager",
    "Agency",
    "AgencyMember",
    "Broadcast",
    "HealthStatement",
    "Household",
    "Mail",
    "MailRefusal",
    "Membership",
    "MembershipTier",
    "Message",
    "Person",
    "Plan",
    "RoleGrant",
    "RulebookVersion",
    "UnitDelta",
]
