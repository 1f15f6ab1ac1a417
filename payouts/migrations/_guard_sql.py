"""The SQL of the payouts' guards: what the database refuses whoever asks."""

from payouts.states import PAYOUT_EDGES

EDGES = ", ".join(f"('{source}', '{target}')" for source, target in PAYOUT_EDGES)

BATCH_STEP = """
CREATE FUNCTION payouts_batch_step() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    who bigint;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'prepared' THEN
            RAISE EXCEPTION 'a batch begins prepared' USING ERRCODE = 'restrict_violation';
        END IF;
        who := NEW.prepared_by_id;
    ELSE
        IF OLD.state <> 'prepared' OR NEW.state NOT IN ('approved', 'withdrawn')
            OR (NEW.reference, NEW.plan_id, NEW.prepared_by_id, NEW.prepared_at,
                NEW.payout_count, NEW.total_cents) IS DISTINCT FROM
               (OLD.reference, OLD.plan_id, OLD.prepared_by_id, OLD.prepared_at,
                OLD.payout_count, OLD.total_cents) THEN
            RAISE EXCEPTION 'batch % is only approved or withdrawn, once', OLD.reference
                USING ERRCODE = 'restrict_violation';
        END IF;
        IF NEW.state = 'withdrawn' THEN
            RETURN NEW;
        END IF;
        IF NEW.approved_by_id IS NULL OR NEW.approved_by_id = NEW.prepared_by_id THEN
            RAISE EXCEPTION 'a batch needs two finance people'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'payout_batch_two_people';
        END IF;
        IF (SELECT (count(*), coalesce(sum(amount_cents), 0)) <> (NEW.payout_count, NEW.total_cents)
              FROM payouts_payout WHERE batch_id = NEW.id) THEN
            RAISE EXCEPTION 'batch % is not the sum of its payouts', NEW.reference
                USING ERRCODE = 'check_violation', CONSTRAINT = 'payout_batch_is_its_rows';
        END IF;
        who := NEW.approved_by_id;
    END IF;
    IF NOT EXISTS (SELECT FROM members_rolegrant
                    WHERE person_id = who AND role = 'finance' AND revoked_at IS NULL) THEN
        RAISE EXCEPTION 'a batch is prepared and approved by finance'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payout_batch_by_finance';
    END IF;
    RETURN NEW;
END $$
"""

PAYOUT_STEP = """
CREATE FUNCTION payouts_payout_step() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    at text; due bigint; last integer; standing integer;
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT state, aid_cents INTO at, due FROM claims_claim WHERE id = NEW.claim_id FOR SHARE;
        SELECT coalesce(max(series), 0),
               count(*) FILTER (WHERE state NOT IN ('returned', 'withdrawn'))
          INTO last, standing FROM payouts_payout WHERE claim_id = NEW.claim_id;
        IF NEW.state <> 'prepared' OR at NOT IN ('funded', 'payout_returned') THEN
            RAISE EXCEPTION 'a payout begins prepared, for a claim that is funded or returned'
                USING ERRCODE = 'restrict_violation';
        END IF;
        IF NEW.amount_cents IS DISTINCT FROM due THEN
            RAISE EXCEPTION 'a payout is the aid of its claim'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'payout_is_the_aid';
        END IF;
        IF standing > 0 OR NEW.series <> last + 1 THEN
            RAISE EXCEPTION 'the claim has a payout that has effect'
                USING ERRCODE = 'unique_violation',
                      CONSTRAINT = 'payout_one_effective_per_claim';
        END IF;
        IF (SELECT state FROM payouts_payoutbatch WHERE id = NEW.batch_id) <> 'prepared' THEN
            RAISE EXCEPTION 'the batch is approved or withdrawn'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.reference, NEW.batch_id, NEW.claim_id, NEW.series, NEW.end_to_end_id,
        NEW.amount_cents, NEW.currency, NEW.account_holder, NEW.account_encrypted,
        NEW.account_digest) IS DISTINCT FROM
       (OLD.reference, OLD.batch_id, OLD.claim_id, OLD.series, OLD.end_to_end_id,
        OLD.amount_cents, OLD.currency, OLD.account_holder, OLD.account_encrypted,
        OLD.account_digest) THEN
        RAISE EXCEPTION 'what payout % pays to whom is fixed', OLD.reference
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (%EDGES%) THEN
        RAISE EXCEPTION 'no step leads a payout from % to %', OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state = 'prepared' AND NEW.state = 'approved' AND NOT EXISTS (
        SELECT FROM payouts_payoutbatch WHERE id = NEW.batch_id AND state = 'approved'
            AND approved_by_id <> prepared_by_id) THEN
        RAISE EXCEPTION 'a payout is approved with its batch, by two finance people'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payout_batch_two_people';
    END IF;
    RETURN NEW;
END $$
""".replace("%EDGES%", EDGES)

OUTBOX_STEP = """
CREATE FUNCTION payouts_outbox_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NOT EXISTS (SELECT FROM payouts_payout WHERE id = NEW.payout_id
                        AND end_to_end_id = NEW.key AND state = 'approved') THEN
            RAISE EXCEPTION 'the outbox sends approved payouts under their own key'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'outbox_key_is_the_payouts';
        END IF;
    ELSIF (NEW.payout_id, NEW.key, NEW.created_at) IS DISTINCT FROM
          (OLD.payout_id, OLD.key, OLD.created_at) OR NEW.attempts < OLD.attempts THEN
        RAISE EXCEPTION 'the key of an outbox row never changes'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'outbox_key_is_fixed';
    END IF;
    RETURN NEW;
END $$
"""

LINE_STEP = """
CREATE FUNCTION payouts_line_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.payout_id IS NOT NULL OR
        (to_jsonb(NEW) - 'payout_id' - 'matched_at')
        <> (to_jsonb(OLD) - 'payout_id' - 'matched_at') THEN
        RAISE EXCEPTION 'a statement line is matched once and never altered'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'statement_line_fixed';
    END IF;
    RETURN NEW;
END $$
"""


def row_trigger(table: str, function: str, when: str) -> str:
    """Return a trigger that runs a function before the rows of a table are written."""
    return f"""
CREATE TRIGGER {function} BEFORE {when} ON {table}
FOR EACH ROW EXECUTE FUNCTION {function}()
"""
