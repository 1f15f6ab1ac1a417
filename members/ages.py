"""Ages in whole years on a day."""

from datetime import date


def age_on(born_on: date, day: date) -> int:
    """Return the age in completed years; a 29 February birthday falls on 1 March otherwise."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))
