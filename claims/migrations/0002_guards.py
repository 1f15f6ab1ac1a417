"""What the database itself refuses about claims, whoever asks and however."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from claims.migrations._guards_claim import CLAIM_EVENTS_MATCH, CLAIM_KEEPS, CLAIM_ROW
from claims.migrations._guards_events import EVENT_CHAIN, EVENT_DUTIES, EVENT_EDGE
from claims.migrations._guards_evidence import EVIDENCE_KEPT, EVIDENCE_TABLES
from claims.migrations._lock import CLAIM_LOCK
from claims.states import EDGES, FINAL
from core.append_only import AppendOnly, Grant, Guard, Revoke


def seed_edges(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Store the one graph, so that constraints can be checked against it."""
    edge_model = apps.get_model("claims", "ClaimEdge")
    edge_model.objects.bulk_create(
        edge_model(
            step=edge.step,
            source=edge.source,
            target=edge.target,
            duty=str(edge.duty),
            needs_second_person=edge.second_person,
            leaves_final=edge.source in FINAL,
        )
        for edge in EDGES
    )


def forget_edges(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Empty the table again."""
    apps.get_model("claims", "ClaimEdge").objects.all().delete()


class Migration(migrations.Migration):
    """Guards of the claims tables."""

    dependencies = [
        ("claims", "0001_initial"),
        ("core", "0002_guards"),
        ("members", "0002_guards"),
    ]

    operations = [
        migrations.RunPython(seed_edges, forget_edges),
        Revoke("claims_edge", "INSERT"),
        Guard(
            "claims_claim_row",
            CLAIM_ROW,
            "DROP TRIGGER claims_claim_row ON claims_claim; DROP FUNCTION claims_claim_row();",
        ),
        Guard(
            "claims_claim_keeps",
            CLAIM_KEEPS,
            "DROP TRIGGER claims_claim_keeps ON claims_claim; DROP FUNCTION claims_claim_keeps();",
        ),
        Guard(
            "claims_claim_events_match",
            CLAIM_EVENTS_MATCH,
            "DROP TRIGGER claims_claim_events_match ON claims_claim; "
            "DROP FUNCTION claims_claim_events_match();",
        ),
        Guard(
            "claims_event_edge",
            EVENT_EDGE,
            "DROP TRIGGER claims_event_1_edge ON claims_claimevent; "
            "DROP FUNCTION claims_event_edge();",
        ),
        Guard(
            "claims_event_chain",
            EVENT_CHAIN,
            "DROP TRIGGER claims_event_2_chain ON claims_claimevent; "
            "DROP FUNCTION claims_event_chain();",
        ),
        Guard(
            "claims_event_duties",
            EVENT_DUTIES,
            "DROP TRIGGER claims_event_3_duties ON claims_claimevent; "
            "DROP FUNCTION claims_event_duties();",
        ),
        Guard("claims_lock", CLAIM_LOCK, "DROP FUNCTION claims_lock(text, bigint);"),
        Grant("claims_claim", "UPDATE, DELETE"),
        Grant("claims_investigation", "UPDATE"),
        Grant("claims_informationrequest", "UPDATE"),
        Grant("claims_dispute", "UPDATE"),
        Grant("claims_proposal", "UPDATE"),
        AppendOnly("claims_claimevent"),
        AppendOnly("claims_eligibilitysnapshot"),
        AppendOnly("claims_finding"),
        AppendOnly("claims_recommendation"),
        AppendOnly("claims_decision"),
        AppendOnly("claims_assignment"),
        AppendOnly("claims_conflict"),
        Guard(
            "claims_evidence_kept",
            EVIDENCE_KEPT,
            "".join(
                f"DROP TRIGGER {table}_kept ON {table}; DROP TRIGGER {table}_whole ON {table};"
                for table in EVIDENCE_TABLES
            )
            + "DROP FUNCTION claims_evidence_kept();",
        ),
        *(Grant(table, "DELETE") for table in EVIDENCE_TABLES),
    ]
