"""The checks of promises 46 to 51 that run before money is sent (promise 53)."""

from datetime import datetime

from django.db import connection, transaction

from payouts.models import Payout, SafetyCheck

# Each returns one row of text per violation; nothing where the promise holds.
CHECKS: dict[str, str] = {
    "46 journal entry balances": """
        SELECT 'journal entry ' || e.id FROM sharing_journalentry e
          LEFT JOIN sharing_journalline l ON l.entry_id = e.id
         GROUP BY e.id, e.line_count
        HAVING coalesce(sum(l.debit_cents), 0) <> coalesce(sum(l.credit_cents), 0)
            OR count(l.id) <> e.line_count""",
    "47 closed round adds up": """
        SELECT 'round ' || r.reference FROM sharing_round r WHERE r.state = 'closed' AND (
            r.due_cents + r.surplus_in_cents + r.subsidy_cents
                <> r.aid_cents + r.fee_cents + r.surplus_out_cents
            OR r.due_cents <> r.collected_cents + r.uncollected_cents
            OR r.aid_cents <> (SELECT coalesce(sum(aid_cents), 0) FROM sharing_roundcase
                                WHERE round_id = r.id AND NOT is_dropped)
            OR r.due_cents <> (SELECT coalesce(sum(members * share_cents), 0)
                                 FROM sharing_roundshare WHERE round_id = r.id))""",
    "48 one effective payout a claim": """
        SELECT 'claim ' || min(c.reference) FROM payouts_payout p
          JOIN claims_claim c ON c.id = p.claim_id
         WHERE p.state NOT IN ('returned', 'withdrawn')
         GROUP BY p.claim_id HAVING count(*) > 1""",
    "49 what is instructed has its key and its booking": """
        SELECT 'payout ' || p.reference FROM payouts_payout p
          LEFT JOIN payouts_outbox o ON o.payout_id = p.id
          LEFT JOIN sharing_journalentry e
            ON e.subject = p.reference AND e.kind = 'payout_instructed'
         WHERE p.state IN ('approved', 'sent', 'unknown', 'settled')
           AND (o.key IS DISTINCT FROM p.end_to_end_id OR e.id IS NULL)""",
    "50 nobody owes more than the dearest share": """
        SELECT 'membership ' || d.membership_id || ' in round ' || d.round_id
          FROM sharing_faileddebit d
         WHERE d.amount_cents > (SELECT coalesce(max(share_cents), 0) FROM sharing_roundshare s
                                  WHERE s.round_id = d.round_id)""",
    "51 the journal is insert-only": """
        SELECT t.name || ' can be changed'
          FROM (VALUES ('sharing_journalentry'), ('sharing_journalline')) AS t (name)
         WHERE NOT EXISTS (SELECT FROM pg_trigger g
                            WHERE g.tgrelid = t.name::regclass AND g.tgenabled <> 'D'
                              AND g.tgname = t.name || '_append_only')""",
}
ABOUT_ONE = """
    SELECT 'payout ' || p.reference FROM payouts_payout p
      JOIN claims_claim c ON c.id = p.claim_id
     WHERE p.id = %s AND (c.state <> 'in_payment' OR c.aid_cents <> p.amount_cents
        OR (SELECT count(*) FROM payouts_payout o WHERE o.claim_id = p.claim_id
             AND o.state NOT IN ('returned', 'withdrawn')) <> 1
        OR NOT EXISTS (SELECT FROM sharing_journalentry e WHERE e.subject = p.reference
                        AND e.kind = 'payout_instructed'))
"""


def find_violations() -> list[str]:
    """Return every violation of promises 46 to 51 that the tables show, in words."""
    found = []
    with connection.cursor() as cursor:
        for name, query in CHECKS.items():
            cursor.execute(query)
            found += [f"{name}: {row[0]}" for row in cursor.fetchall()]
    return found


def violations_about(payout: Payout) -> list[str]:
    """Return what is wrong with one payout at the moment before it is sent."""
    with connection.cursor() as cursor:
        cursor.execute(ABOUT_ONE, [payout.pk])
        return [str(row[0]) for row in cursor.fetchall()]


@transaction.atomic
def check_safety(*, now: datetime) -> SafetyCheck:
    """Run the checks; keep a row whenever what they find is not what they found before."""
    text = "\n".join(find_violations())
    last = SafetyCheck.objects.order_by("-id").first()
    if last is not None and last.violations == text:
        return last
    return SafetyCheck.objects.create(
        checked_at=now, violations=text, violation_count=len(text.splitlines())
    )
