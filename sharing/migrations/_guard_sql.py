"""The SQL of sharing's guards: what the database refuses whoever asks."""

from sharing.states import ROUND_EDGES

EDGES = ", ".join(f"('{source}', '{target}')" for source, target in ROUND_EDGES)

ROUND_STEP = """
CREATE FUNCTION sharing_round_step() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    aid bigint; cases bigint; due numeric; heads numeric; open_debits bigint; carried bigint;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'open' THEN
            RAISE EXCEPTION 'a round begins open' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state = 'closed' THEN
        RAISE EXCEPTION 'round % is closed', OLD.reference USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.reference, NEW.plan_id, NEW.notice_on, NEW.sharing_on, NEW.lock_at)
        IS DISTINCT FROM
       (OLD.reference, OLD.plan_id, OLD.notice_on, OLD.sharing_on, OLD.lock_at) THEN
        RAISE EXCEPTION 'a round keeps its plan and days' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state <> 'open' AND (NEW.due_cents, NEW.units_milli, NEW.surplus_in_cents)
        IS DISTINCT FROM (OLD.due_cents, OLD.units_milli, OLD.surplus_in_cents) THEN
        RAISE EXCEPTION 'the shares of a proposed round are fixed'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = OLD.state THEN
        RETURN NEW;
    END IF;
    IF (OLD.state, NEW.state) NOT IN (%EDGES%) THEN
        RAISE EXCEPTION 'no step leads a round from % to %', OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT coalesce(sum(aid_cents), 0), count(*) INTO aid, cases
      FROM sharing_roundcase WHERE round_id = NEW.id AND NOT is_dropped;
    SELECT coalesce(sum(members::numeric * share_cents), 0), coalesce(sum(members), 0)
      INTO due, heads FROM sharing_roundshare WHERE round_id = NEW.id;
    IF NEW.aid_cents <> aid OR NEW.due_cents <> due THEN
        RAISE EXCEPTION 'the sum of round % is not that of its cases and shares', NEW.reference
            USING ERRCODE = 'check_violation', CONSTRAINT = 'round_sum_is_its_rows';
    END IF;
    IF OLD.state = 'open' THEN
        IF NEW.state = 'closed' AND (cases > 0 OR due > 0) THEN
            RAISE EXCEPTION 'round % has something to share', NEW.reference
                USING ERRCODE = 'restrict_violation';
        END IF;
        SELECT surplus_out_cents INTO carried FROM sharing_round
         WHERE plan_id = NEW.plan_id AND sharing_on < NEW.sharing_on AND state = 'closed'
         ORDER BY sharing_on DESC LIMIT 1;
        IF NEW.surplus_in_cents <> coalesce(carried, 0) THEN
            RAISE EXCEPTION 'round % does not carry the last surplus in', NEW.reference
                USING ERRCODE = 'check_violation', CONSTRAINT = 'round_surplus_is_carried';
        END IF;
    END IF;
    IF NEW.state = 'closed' THEN
        SELECT coalesce(sum(amount_cents), 0) INTO open_debits
          FROM sharing_faileddebit WHERE round_id = NEW.id AND collected_at IS NULL;
        IF NEW.uncollected_cents <> open_debits
            OR NEW.due_cents <> NEW.collected_cents + NEW.uncollected_cents
            OR NEW.due_cents + NEW.surplus_in_cents + NEW.subsidy_cents
               <> NEW.aid_cents + NEW.fee_cents + NEW.surplus_out_cents THEN
            RAISE EXCEPTION 'round % does not add up', NEW.reference
                USING ERRCODE = 'check_violation', CONSTRAINT = 'round_closes_to_the_cent';
        END IF;
    END IF;
    RETURN NEW;
END $$
""".replace("%EDGES%", EDGES)

ROUND_STEP_TRIGGER = """
CREATE TRIGGER sharing_round_step BEFORE INSERT OR UPDATE ON sharing_round
FOR EACH ROW EXECUTE FUNCTION sharing_round_step()
"""

ROUND_ROWS = """
CREATE FUNCTION sharing_round_rows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    at text;
BEGIN
    SELECT state INTO at FROM sharing_round WHERE id = NEW.round_id FOR SHARE;
    IF TG_OP = 'UPDATE' AND NEW.round_id <> OLD.round_id THEN
        RAISE EXCEPTION 'rows of a round stay with it' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_TABLE_NAME = 'sharing_faileddebit' THEN
        IF at <> 'collecting' THEN
            RAISE EXCEPTION 'debits fail while a round is collecting'
                USING ERRCODE = 'restrict_violation';
        END IF;
    ELSIF TG_OP = 'INSERT' AND at <> 'open' THEN
        RAISE EXCEPTION 'cases and shares are fixed when a round is proposed'
            USING ERRCODE = 'restrict_violation';
    ELSIF TG_OP = 'UPDATE' AND at = 'closed' THEN
        RAISE EXCEPTION 'the round is closed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""

KEPT_COLUMNS = """
CREATE FUNCTION sharing_keeps_columns() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'sharing_roundcase' THEN
        IF (to_jsonb(NEW) - 'is_dropped') <> (to_jsonb(OLD) - 'is_dropped')
            OR (OLD.is_dropped AND NOT NEW.is_dropped) THEN
            RAISE EXCEPTION 'a case of a round may only be dropped'
                USING ERRCODE = 'restrict_violation';
        END IF;
    ELSIF (to_jsonb(NEW) - 'collected_at') <> (to_jsonb(OLD) - 'collected_at')
        OR OLD.collected_at IS NOT NULL THEN
        RAISE EXCEPTION 'a failed debit may only be collected'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""

JOURNAL_BALANCES = """
CREATE FUNCTION sharing_journal_balances() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    entry bigint; wanted integer; found integer; debit numeric; credit numeric;
BEGIN
    IF TG_TABLE_NAME = 'sharing_journalline' THEN
        entry := NEW.entry_id;
    ELSE
        entry := NEW.id;
    END IF;
    SELECT line_count INTO wanted FROM sharing_journalentry WHERE id = entry;
    SELECT count(*), coalesce(sum(debit_cents), 0), coalesce(sum(credit_cents), 0)
      INTO found, debit, credit FROM sharing_journalline WHERE entry_id = entry;
    IF debit <> credit THEN
        RAISE EXCEPTION 'journal entry % does not balance: % and %', entry, debit, credit
            USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_entry_balances';
    END IF;
    IF found IS DISTINCT FROM wanted THEN
        RAISE EXCEPTION 'journal entry % has % lines, not %', entry, found, wanted
            USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_entry_has_its_lines';
    END IF;
    RETURN NULL;
END $$
"""


def balance_trigger(table: str) -> str:
    """Return the trigger that checks an entry's balance when its transaction commits."""
    return f"""
CREATE CONSTRAINT TRIGGER {table}_balances AFTER INSERT ON {table}
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION sharing_journal_balances()
"""


def row_trigger(table: str, function: str, when: str) -> str:
    """Return a trigger that runs a function before the rows of a table are written."""
    return f"""
CREATE TRIGGER {table}_{function} BEFORE {when} ON {table}
FOR EACH ROW EXECUTE FUNCTION {function}()
"""
