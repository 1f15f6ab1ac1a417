"""Migration operations for what the database itself refuses: changes, rights, broken rules."""

from collections.abc import Mapping

from django.conf import settings
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

_ROLES: Mapping[str, str] = {
    "owner": "gongdao_owner",
    "app": "gongdao_app",
    "auditor": "gongdao_auditor",
}


def role_name(which: str) -> str:
    """Return the quoted database role of `owner`, `app` or `auditor`."""
    roles: Mapping[str, str] = getattr(settings, "DATABASE_ROLES", _ROLES)
    name = roles[which]
    return '"' + name.replace('"', '""') + '"'


class Guard(migrations.RunSQL):
    """A named piece of SQL: a trigger, a function, a view. `reverse` removes it again."""

    def __init__(self, name: str, sql: str, reverse: str = migrations.RunSQL.noop) -> None:
        self.name = name
        self.reverse = reverse
        super().__init__(sql=[(sql, None)], reverse_sql=[(reverse, None)] if reverse else "")

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        """Return what the migration writer needs."""
        sql = self.sql[0][0]
        return (type(self).__name__, [self.name, sql, self.reverse], {})

    def describe(self) -> str:
        """Say what is guarded."""
        return f"Guard {self.name}"


class _Statements(Operation):
    """Statements made at run time, because they name the database's roles."""

    reduces_to_sql = True
    reversible = True

    def forward_sql(self) -> list[str]:
        raise NotImplementedError

    def backward_sql(self) -> list[str]:
        return []

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Leave the models as they are."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Run the statements."""
        for statement in self.forward_sql():
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Take the statements back."""
        for statement in self.backward_sql():
            schema_editor.execute(statement, params=None)


class AppendOnly(_Statements):
    """Refuse UPDATE, DELETE and TRUNCATE on a table to everybody, by trigger and by right.

    The trigger stops the owner's slips too; the missing right stops the app role even where
    somebody drops the trigger. New rows are welcome.
    """

    def __init__(self, table: str) -> None:
        self.table = table

    def forward_sql(self) -> list[str]:
        """Return the trigger and the revocation."""
        app = role_name("app")
        trigger = (
            f'CREATE TRIGGER "{self.table}_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE '
            f'ON "{self.table}" FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change()'
        )
        return [
            trigger,
            f'REVOKE UPDATE, DELETE, TRUNCATE ON "{self.table}" FROM {app}, PUBLIC',
        ]

    def backward_sql(self) -> list[str]:
        """Return the trigger's removal."""
        return [f'DROP TRIGGER "{self.table}_append_only" ON "{self.table}"']

    def describe(self) -> str:
        """Say which table."""
        return f"Append-only {self.table}"


class Grant(_Statements):
    """Grant the app role more than SELECT and INSERT on a table, e.g. `UPDATE, DELETE`."""

    def __init__(self, table: str, rights: str, role: str = "app") -> None:
        self.table = table
        self.rights = rights
        self.role = role

    def forward_sql(self) -> list[str]:
        """Return the grant."""
        return [f'GRANT {self.rights} ON "{self.table}" TO {role_name(self.role)}']

    def backward_sql(self) -> list[str]:
        """Return the revocation."""
        return [f'REVOKE {self.rights} ON "{self.table}" FROM {role_name(self.role)}']

    def describe(self) -> str:
        """Say what is granted."""
        return f"Grant {self.rights} on {self.table} to the {self.role} role"


class Revoke(Grant):
    """Take a right away that new tables come with, e.g. `INSERT`."""

    def forward_sql(self) -> list[str]:
        """Return the revocation."""
        return super().backward_sql()

    def backward_sql(self) -> list[str]:
        """Return the grant."""
        return super().forward_sql()

    def describe(self) -> str:
        """Say what is revoked."""
        return f"Revoke {self.rights} on {self.table} from the {self.role} role"
