"""Money in integer cents: reading what people type, showing it, splitting it without residue."""

import unicodedata
from collections.abc import Sequence

MAX_CENTS = 10**15
_PLAIN = frozenset(" ,，_'’\u00a0\u2009\u202f\u3000元￥¥")


def parse_yuan(text: str) -> int:
    """Return the cents in what a person typed, e.g. `１００，０００．５` → 10000050.

    Full-width digits, thousands separators, spaces and the yuan sign are accepted. Raises
    ValueError for anything that is not an amount of at most two decimals, not below zero.
    """
    cleaned = "".join(c for c in unicodedata.normalize("NFKC", text) if c not in _PLAIN)
    whole, dot, fraction = cleaned.partition(".")
    if dot and not fraction:
        raise ValueError("digits are missing after the point")
    if not whole.isascii() or not whole.isdigit() or len(fraction) > 2:
        raise ValueError("not an amount in yuan")
    if fraction and not (fraction.isascii() and fraction.isdigit()):
        raise ValueError("not an amount in yuan")
    if len(whole) > 15:
        raise ValueError("the amount is too large")
    cents = int(whole) * 100 + int(fraction.ljust(2, "0") if fraction else "0")
    if cents > MAX_CENTS:
        raise ValueError("the amount is too large")
    return cents


def format_yuan(cents: int) -> str:
    """Return cents as yuan with thousands separators; whole yuan without decimals."""
    sign = "-" if cents < 0 else ""
    yuan, rest = divmod(abs(cents), 100)
    return f"{sign}{yuan:,}" if rest == 0 else f"{sign}{yuan:,}.{rest:02d}"


def ceil_div(numerator: int, denominator: int) -> int:
    """Return the quotient rounded up; the denominator is above zero."""
    if denominator <= 0:
        raise ValueError("the denominator must be above zero")
    return -(-numerator // denominator)


def largest_remainder_split(total_cents: int, weights: Sequence[int]) -> list[int]:
    """Split a total by weights so that the parts add up to it exactly.

    Each part is its exact share rounded down; the cents left go to the largest remainders,
    the earlier first among equals. Raises ValueError where there is nothing to weigh by.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("weights must be zero or more, and not all zero")
    if total_cents < 0:
        return [-part for part in largest_remainder_split(-total_cents, weights)]
    parts = [total_cents * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda i: (-(total_cents * weights[i] % whole), i))
    for index in order[: total_cents - sum(parts)]:
        parts[index] += 1
    return parts
