"""What the application may change in tables of the libraries; our own apps grant their own."""

from typing import Any

from config.postgres.home import APP

# Sign-in keeps current state, not history: these rows may be changed and removed.
CHANGEABLE = (
    "account_emailaddress",
    "account_emailconfirmation",
    "authtoken_token",
    "mfa_authenticator",
)


def grant_library_tables(cursor: Any) -> None:
    """Grants UPDATE and DELETE on the sign-in tables that exist; run as the owner."""
    for table in CHANGEABLE:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [f"public.{table}"])
        if cursor.fetchone()[0]:
            cursor.execute(f'GRANT UPDATE, DELETE ON "{table}" TO {APP}')
