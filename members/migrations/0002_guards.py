"""What the database refuses on the members' tables, and what the application may change."""

from django.db import migrations

from core.append_only import AppendOnly, Grant, Guard
from members.migrations._guards_mail import MAIL

# Promise 13: a person never moves to another account, an account never to another person.
ACCOUNT_PERSON = """
CREATE FUNCTION members_account_keeps_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.person_id IS NOT NULL AND NEW.person_id IS DISTINCT FROM OLD.person_id THEN
        RAISE EXCEPTION 'an account belongs to one person for good'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'account_keeps_person';
    END IF;
    -- A session that was signed out never comes back, whoever saves an older copy of the row.
    NEW.session_generation := greatest(NEW.session_generation, OLD.session_generation);
    RETURN NEW;
END $$;
CREATE TRIGGER members_account_keeps_person BEFORE UPDATE ON members_account
FOR EACH ROW EXECUTE FUNCTION members_account_keeps_person();
"""

# Promise 13: a verified identity stays with the person it was verified for.
PERSON_IDENTITY = """
CREATE FUNCTION members_person_keeps_identity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.reference <> OLD.reference OR (OLD.is_identity_verified AND (
            NEW.identity_digest <> OLD.identity_digest OR NOT NEW.is_identity_verified
            OR NEW.born_on <> OLD.born_on OR NEW.sex <> OLD.sex)) THEN
        RAISE EXCEPTION 'a verified identity does not change'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'person_keeps_identity';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER members_person_keeps_identity BEFORE UPDATE ON members_person
FOR EACH ROW EXECUTE FUNCTION members_person_keeps_identity();
"""

# Promise 11. The person's row is locked, so that of two grants at once the second sees the
# first; a trigger's own queries take a new snapshot after the lock.
FINANCE_APART = """
CREATE FUNCTION members_rolegrant_finance_apart() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.revoked_at IS NOT NULL THEN
        RETURN NEW;
    END IF;
    PERFORM 1 FROM members_person WHERE id = NEW.person_id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT 1 FROM members_rolegrant AS held
         WHERE held.person_id = NEW.person_id AND held.revoked_at IS NULL
           AND held.id IS DISTINCT FROM NEW.id
           AND ((NEW.role = 'finance' AND held.role IN ('reviewer', 'investigator'))
             OR (held.role = 'finance' AND NEW.role IN ('reviewer', 'investigator')))) THEN
        RAISE EXCEPTION 'finance neither investigates nor decides'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'role_grant_finance_apart';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER members_rolegrant_finance_apart BEFORE INSERT OR UPDATE ON members_rolegrant
FOR EACH ROW EXECUTE FUNCTION members_rolegrant_finance_apart();
"""

GRANT_REVOKED_ONCE = """
CREATE FUNCTION members_rolegrant_revoked_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.revoked_at IS NOT NULL OR NEW.revoked_at IS NULL THEN
        RAISE EXCEPTION 'a grant is revoked once and not brought back'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'role_grant_revoked_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER members_rolegrant_revoked_once BEFORE UPDATE ON members_rolegrant
FOR EACH ROW EXECUTE FUNCTION members_rolegrant_revoked_once();
"""

PLAN_STATES = """
CREATE FUNCTION members_plan_states() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN
            (('open', 'winding_down'), ('winding_down', 'closed')) THEN
        RAISE EXCEPTION 'a plan does not go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'plan_states';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER members_plan_states BEFORE UPDATE ON members_plan
FOR EACH ROW EXECUTE FUNCTION members_plan_states();
"""

RULEBOOK_STATES = """
CREATE FUNCTION members_rulebookversion_states() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'draft' THEN
            RAISE EXCEPTION 'a rulebook version begins as a draft'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'rulebook_states';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
            ('draft', 'consultation'), ('draft', 'announced'), ('consultation', 'announced'),
            ('announced', 'in_force'), ('in_force', 'superseded')) THEN
        RAISE EXCEPTION 'a rulebook version does not go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'rulebook_states';
    END IF;
    IF OLD.state IN ('announced', 'in_force', 'superseded') AND (
            (NEW.plan_id, NEW.number, NEW.body_digest, NEW.announced_on, NEW.effective_on)
                IS DISTINCT FROM
            (OLD.plan_id, OLD.number, OLD.body_digest, OLD.announced_on, OLD.effective_on)
            OR NEW.body <> OLD.body
            OR NEW.consultation_from IS DISTINCT FROM OLD.consultation_from
            OR (NEW.superseded_on IS DISTINCT FROM OLD.superseded_on
                AND OLD.state <> 'in_force')) THEN
        RAISE EXCEPTION 'an announced rulebook version does not change'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'rulebook_announced_fixed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER members_rulebookversion_states BEFORE INSERT OR UPDATE
ON members_rulebookversion
FOR EACH ROW EXECUTE FUNCTION members_rulebookversion_states();
"""

MEMBERSHIP_PERIOD = """
CREATE FUNCTION members_membership_period() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.reference, NEW.person_id, NEW.plan_id, NEW.starts_on) IS DISTINCT FROM
                (OLD.reference, OLD.person_id, OLD.plan_id, OLD.starts_on)
                OR (OLD.ends_on IS NOT NULL AND (NEW.ends_on, NEW.end_reason)
                    IS DISTINCT FROM (OLD.ends_on, OLD.end_reason)) THEN
            RAISE EXCEPTION 'a membership''s start is fixed, and its end once it has one'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'membership_fixed';
        END IF;
        RETURN NEW;
    END IF;
    IF EXISTS (
        SELECT 1 FROM members_membership AS other
         WHERE other.person_id = NEW.person_id AND other.plan_id = NEW.plan_id
           AND daterange(other.starts_on, other.ends_on) && daterange(NEW.starts_on, NEW.ends_on)
    ) THEN
        RAISE EXCEPTION 'two memberships of one person in one plan overlap'
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'membership_no_overlap';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER members_membership_period BEFORE INSERT OR UPDATE ON members_membership
FOR EACH ROW EXECUTE FUNCTION members_membership_period();
"""

# What the auditor reads: who may do what since when, and the rules; no names, no numbers.
AUDITOR_VIEWS = """
CREATE VIEW auditor_role_grants AS
SELECT g.id, p.reference AS person, g.role, g.granted_at, b.reference AS granted_by, g.reason,
       g.revoked_at, r.reference AS revoked_by, g.revoke_reason
  FROM members_rolegrant g
  JOIN members_person p ON p.id = g.person_id
  LEFT JOIN members_person b ON b.id = g.granted_by_id
  LEFT JOIN members_person r ON r.id = g.revoked_by_id;
CREATE VIEW auditor_rulebook_versions AS
SELECT p.code AS plan, v.number, v.state, v.body, v.body_digest, v.consultation_from,
       v.announced_on, v.effective_on, v.superseded_on
  FROM members_rulebookversion v JOIN members_plan p ON p.id = v.plan_id;
CREATE VIEW auditor_memberships AS
SELECT m.reference, p.reference AS person, y.reference AS payer, l.code AS plan,
       m.starts_on, m.ends_on, m.end_reason
  FROM members_membership m
  JOIN members_person p ON p.id = m.person_id
  JOIN members_person y ON y.id = m.payer_id
  JOIN members_plan l ON l.id = m.plan_id;
CREATE VIEW auditor_unit_deltas AS
SELECT d.id, l.code AS plan, d.tier, d.weight, d.effective_on, d.delta
  FROM members_unitdelta d JOIN members_plan l ON l.id = d.plan_id;
"""


def _guard(name: str, sql: str, table: str, function: str) -> Guard:
    reverse = f"DROP TRIGGER {function} ON {table}; DROP FUNCTION {function}();"
    return Guard(name, sql, reverse)


class Migration(migrations.Migration):
    """Rights and triggers."""

    dependencies = [("members", "0001_initial"), ("core", "0002_guards")]

    operations = [
        Grant("members_account", "UPDATE"),
        Grant("members_person", "UPDATE"),
        Grant("members_rolegrant", "UPDATE (revoked_at, revoked_by_id, revoke_reason)"),
        Grant("members_plan", "UPDATE (state)"),
        Grant("members_rulebookversion", "UPDATE"),
        Grant("members_membership", "UPDATE (ends_on, end_reason, payer_id)"),
        Grant("members_message", "UPDATE (read_at)"),
        *MAIL,
        AppendOnly("members_membershiptier"),
        AppendOnly("members_unitdelta"),
        AppendOnly("members_healthstatement"),
        _guard(
            "an account keeps its person",
            ACCOUNT_PERSON,
            "members_account",
            "members_account_keeps_person",
        ),
        _guard(
            "a verified identity stays",
            PERSON_IDENTITY,
            "members_person",
            "members_person_keeps_identity",
        ),
        _guard(
            "finance neither investigates nor decides",
            FINANCE_APART,
            "members_rolegrant",
            "members_rolegrant_finance_apart",
        ),
        _guard(
            "a grant is revoked once",
            GRANT_REVOKED_ONCE,
            "members_rolegrant",
            "members_rolegrant_revoked_once",
        ),
        _guard("a plan's states", PLAN_STATES, "members_plan", "members_plan_states"),
        _guard(
            "an announced rulebook version is fixed",
            RULEBOOK_STATES,
            "members_rulebookversion",
            "members_rulebookversion_states",
        ),
        _guard(
            "memberships do not overlap",
            MEMBERSHIP_PERIOD,
            "members_membership",
            "members_membership_period",
        ),
        Guard(
            "the auditor's views",
            AUDITOR_VIEWS,
            "DROP VIEW auditor_role_grants, auditor_rulebook_versions, auditor_memberships, "
            "auditor_unit_deltas",
        ),
        Grant("auditor_role_grants", "SELECT", "auditor"),
        Grant("auditor_rulebook_versions", "SELECT", "auditor"),
        Grant("auditor_memberships", "SELECT", "auditor"),
        Grant("auditor_unit_deltas", "SELECT", "auditor"),
    ]
