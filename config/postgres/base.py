"""Django's PostgreSQL backend that brings the embedded server up and refuses an unsafe one."""

import select
from typing import Any

from django.db.backends.postgresql import base
from psycopg2.extensions import TRANSACTION_STATUS_INERROR

from config.postgres.home import home_of
from config.postgres.safety import refuse_unsafe
from config.postgres.users import hold


class DatabaseWrapper(base.DatabaseWrapper):
    """The first connection of a process starts and holds the embedded server."""

    is_safe = False

    def get_connection_params(self) -> dict[str, Any]:
        """The usual parameters; of the embedded server, the address it really has."""
        from django.conf import settings

        embedded_home = settings.EMBEDDED_POSTGRES_HOME
        if embedded_home is not None:
            address = hold(home_of(embedded_home))
            self.settings_dict["HOST"] = address.host
            self.settings_dict["PORT"] = str(address.port)
        return super().get_connection_params()

    def is_usable(self) -> bool:
        """Whether the server is still there.

        A connection at rest has nothing to read; where it has, the server said goodbye or is
        gone, and is asked. That spares each request a statement. One whose transaction failed
        answers nothing more until it is rolled back.
        """
        if self.connection is None or self.connection.closed:
            return False
        if self.connection.info.transaction_status == TRANSACTION_STATUS_INERROR:
            return False
        is_quiet = not select.select([self.connection], [], [], 0)[0]
        return is_quiet or super().is_usable()

    def init_connection_state(self) -> None:
        """Once a process, looks whether the promises can hold on this server."""
        super().init_connection_state()
        if self.alias == "default" and not self.is_safe and not _is_owner(self.settings_dict):
            with self.cursor() as cursor:
                refuse_unsafe(cursor)
            DatabaseWrapper.is_safe = True


def _is_owner(settings_dict: dict[str, Any]) -> bool:
    return bool(settings_dict.get("IS_OWNER"))
