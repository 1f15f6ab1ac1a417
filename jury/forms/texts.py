"""What must not stand in a text that others will read."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from jury import personal_data

WARNINGS = {
    "identity_number": _("This holds an identity number. Remove it."),
    "phone_number": _("This holds a phone number. Remove it."),
    "bank_account": _("This holds an account number. Remove it."),
    "email": _("This holds an e-mail address. Remove it."),
    "name": _("This names somebody concerned in the claim. Write “the claimant” or “the doctor”."),
}


def refuse_personal_data(text: str) -> None:
    """Refuse a text that holds a number or an address that names a person."""
    if personal_data.found_in(text):
        raise ValidationError(
            _(
                "Remove identity, phone and account numbers and e-mail addresses: reasons are "
                "published."
            ),
            code="personal_data",
        )
