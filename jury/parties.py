"""The names that must not stand in what jurors read."""

from claims.models import Claim


def names_of(claim: Claim) -> set[str]:
    """Return the names of those concerned: claimant, covered member, payer, account holder."""
    payer = claim.membership.payer
    people = (claim.claimant, claim.covered, payer)
    names = {person.full_name for person in people if person is not None}
    return {name for name in (*names, claim.account_holder) if name}
