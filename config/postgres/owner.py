"""Working as the owner: the default connection takes the owner's credentials for a while."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections

CREDENTIALS = ("USER", "PASSWORD", "HOST", "PORT", "OPTIONS")


@contextmanager
def owner_credentials() -> Iterator[None]:
    """Inside, the `default` connection is the owner's, so that migrations own what they make."""
    default = connections["default"]
    if default.settings_dict.get("IS_OWNER"):
        yield
        return
    owner = connections["owner"].settings_dict
    before = {key: default.settings_dict[key] for key in CREDENTIALS}
    default.close()
    default.settings_dict.update({key: owner[key] for key in CREDENTIALS})
    default.settings_dict["IS_OWNER"] = True
    try:
        yield
    finally:
        default.close()
        default.settings_dict.update(before)
        del default.settings_dict["IS_OWNER"]
