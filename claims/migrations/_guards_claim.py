"""The triggers on the claim's own row."""

# Promises 1 and 2: a claim begins as a draft, moves along an edge and counts each event; only a
# draft nobody ever filed is erased.
CLAIM_ROW = """
CREATE FUNCTION claims_claim_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'draft' OR NEW.event_count <> 0 OR NEW.head_digest <> ''
                OR NEW.aid_cents IS NOT NULL OR NEW.revision <> 0 THEN
            RAISE EXCEPTION 'a claim begins as a draft'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claim_begins_as_draft';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' THEN
        IF OLD.state <> 'draft' OR OLD.event_count <> 0 THEN
            RAISE EXCEPTION 'only a draft is erased'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claim_only_draft_erased';
        END IF;
        RETURN OLD;
    END IF;
    IF NEW.state <> OLD.state THEN
        IF NOT EXISTS (SELECT 1 FROM claims_edge e
                        WHERE e.source = OLD.state AND e.target = NEW.state) THEN
            RAISE EXCEPTION 'a claim does not go from % to %', OLD.state, NEW.state
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claim_edge';
        END IF;
        IF NEW.event_count <> OLD.event_count + 1 THEN
            RAISE EXCEPTION 'a change of state counts one event'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claim_counts_events';
        END IF;
    ELSIF NEW.event_count NOT IN (OLD.event_count, OLD.event_count + 1) THEN
        RAISE EXCEPTION 'events are counted one by one'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claim_counts_events';
    END IF;
    IF (NEW.event_count = OLD.event_count) <> (NEW.head_digest = OLD.head_digest) THEN
        RAISE EXCEPTION 'the head of the log moves with its events'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claim_head_moves_with_events';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER claims_claim_row BEFORE INSERT OR UPDATE OF state, event_count, head_digest
OR DELETE ON claims_claim FOR EACH ROW EXECUTE FUNCTION claims_claim_row();
"""

# Promises 6, 7, 9: what a claim keeps for its whole life, and when its amount may change.
CLAIM_KEEPS = """
CREATE FUNCTION claims_claim_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.reference, NEW.public_reference, NEW.plan_id, NEW.membership_id, NEW.covered_id,
        NEW.created_at) IS DISTINCT FROM
       (OLD.reference, OLD.public_reference, OLD.plan_id, OLD.membership_id, OLD.covered_id,
        OLD.created_at) THEN
        RAISE EXCEPTION 'a claim keeps its references, plan, membership and covered member'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claim_keeps_identity';
    END IF;
    IF OLD.state <> 'draft' AND (NEW.rulebook_version_id, NEW.filed_at) IS DISTINCT FROM
                                (OLD.rulebook_version_id, OLD.filed_at) THEN
        RAISE EXCEPTION 'a filed claim keeps its rulebook version and day of filing'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claim_keeps_rulebook';
    END IF;
    IF OLD.state <> 'draft' AND
       (NEW.disease_code, NEW.first_diagnosed_on, NEW.accident, NEW.declared_at) IS DISTINCT FROM
       (OLD.disease_code, OLD.first_diagnosed_on, OLD.accident, OLD.declared_at) THEN
        RAISE EXCEPTION 'a filed claim keeps what was declared'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claim_keeps_declaration';
    END IF;
    IF NEW.claimant_id <> OLD.claimant_id
            AND (NEW.event_count <> OLD.event_count + 1 OR NEW.state <> OLD.state) THEN
        RAISE EXCEPTION 'a claimant changes only by the step change_claimant'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claim_keeps_claimant';
    END IF;
    IF NEW.revision <> OLD.revision AND NOT (
            NEW.revision = OLD.revision + 1 AND NEW.state = 'approved'
            AND OLD.state <> 'approved') THEN
        RAISE EXCEPTION 'a revision comes with an approval'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claim_revision_by_approval';
    END IF;
    IF NEW.aid_cents IS DISTINCT FROM OLD.aid_cents AND NEW.revision = OLD.revision
            AND NOT (NEW.aid_cents IS NULL AND NEW.state = 'denied' AND OLD.state <> 'denied') THEN
        RAISE EXCEPTION 'the amount changes only by a new revision'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claim_amount_fixed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER claims_claim_keeps BEFORE UPDATE ON claims_claim
FOR EACH ROW EXECUTE FUNCTION claims_claim_keeps();
"""

# Promise 2: at the commit the last event says where the claim is, and there is one for each count.
CLAIM_EVENTS_MATCH = """
CREATE FUNCTION claims_claim_events_match() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    claim record;
    newest record;
BEGIN
    SELECT state, event_count, head_digest INTO claim FROM claims_claim WHERE id = NEW.id;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT seq, to_state, digest INTO newest FROM claims_claimevent
     WHERE claim_id = NEW.id ORDER BY seq DESC LIMIT 1;
    IF NOT FOUND THEN
        IF claim.state = 'draft' AND claim.event_count = 0 THEN
            RETURN NULL;
        END IF;
    ELSIF newest.seq = claim.event_count AND newest.to_state = claim.state
            AND newest.digest = claim.head_digest THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'claim % is % after % events, but its log does not say so',
        NEW.reference, claim.state, claim.event_count
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claim_events_match';
END $$;
CREATE CONSTRAINT TRIGGER claims_claim_events_match
AFTER UPDATE OF state, event_count, head_digest ON claims_claim
DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION claims_claim_events_match();
"""
