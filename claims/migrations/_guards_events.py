"""The triggers on the claim's log; they run in the order of their names."""

# Promises 1, 2, 5: an event is an edge of the graph, follows the event before it, and describes
# the claim as it now stands. The claim's row is locked first, so that two never run at once.
EVENT_EDGE = """
CREATE FUNCTION claims_event_edge() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    claim record;
    edge record;
BEGIN
    SELECT state, event_count, head_digest INTO claim FROM claims_claim
     WHERE id = NEW.claim_id FOR UPDATE;
    SELECT * INTO edge FROM claims_edge
     WHERE step = NEW.event AND source = NEW.from_state AND target = NEW.to_state;
    IF NOT FOUND THEN
        RAISE EXCEPTION '% does not lead from % to %', NEW.event, NEW.from_state, NEW.to_state
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claim_event_edge';
    END IF;
    IF claim.state <> NEW.to_state OR claim.event_count <> NEW.seq
            OR claim.head_digest <> NEW.digest THEN
        RAISE EXCEPTION 'the event % does not describe the claim', NEW.event
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claim_event_describes_claim';
    END IF;
    IF edge.needs_second_person AND (
            NEW.actor_person_id IS NULL OR NEW.second_person_id IS NULL
            OR NEW.second_person_id = NEW.actor_person_id OR NEW.reason_code = '') THEN
        RAISE EXCEPTION '% needs two people and a reason', NEW.event
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claim_event_two_people';
    END IF;
    IF NOT edge.needs_second_person AND NEW.second_person_id IS NOT NULL THEN
        RAISE EXCEPTION '% is taken by one', NEW.event
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claim_event_one_person';
    END IF;
    IF edge.leaves_final AND NOT (NEW.event = 'reopen'
            OR (NEW.event = 'return_payout' AND NEW.actor_kind IN ('bank', 'clock'))) THEN
        RAISE EXCEPTION '% is final', NEW.from_state
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claim_event_final';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER claims_event_1_edge BEFORE INSERT ON claims_claimevent
FOR EACH ROW EXECUTE FUNCTION claims_event_edge();
"""

# Promise 2: no gap, no fork; an answer goes back to where its question came from.
EVENT_CHAIN = """
CREATE FUNCTION claims_event_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before record;
BEGIN
    SELECT seq, event, from_state, to_state, digest INTO before FROM claims_claimevent
     WHERE claim_id = NEW.claim_id ORDER BY seq DESC LIMIT 1;
    IF NOT FOUND THEN
        IF NEW.seq = 1 AND NEW.from_state = 'draft' AND NEW.previous_digest = '' THEN
            RETURN NEW;
        END IF;
    ELSIF NEW.seq = before.seq + 1 AND NEW.from_state = before.to_state
            AND NEW.previous_digest = before.digest THEN
        IF NEW.event = 'supply_information' AND NEW.to_state <> (
                SELECT from_state FROM claims_claimevent
                 WHERE claim_id = NEW.claim_id AND event = 'request_information'
                 ORDER BY seq DESC LIMIT 1) THEN
            RAISE EXCEPTION 'an answer goes back to where the question came from'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claim_event_returns';
        END IF;
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'event % of claim % does not follow the one before it',
        NEW.seq, NEW.claim_id
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claim_event_chain';
END $$;
CREATE TRIGGER claims_event_2_chain BEFORE INSERT ON claims_claimevent
FOR EACH ROW EXECUTE FUNCTION claims_event_chain();
"""

# Promises 10, 11, 12. Who acts for the claimant is the claimant; who acts as staff is neither a
# party nor declared conflicted, and holds no duty on this claim that this step excludes.
EVENT_DUTIES = """
CREATE FUNCTION claims_event_duties() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    claim record;
    duty_now text;
    people bigint[];
    held text[];
BEGIN
    SELECT duty INTO duty_now FROM claims_edge
     WHERE step = NEW.event AND source = NEW.from_state AND target = NEW.to_state;
    SELECT c.claimant_id, c.covered_id, m.payer_id INTO claim
      FROM claims_claim c JOIN members_membership m ON m.id = c.membership_id
     WHERE c.id = NEW.claim_id;
    people := array_remove(ARRAY[NEW.actor_person_id, NEW.second_person_id], NULL);
    IF duty_now = 'party' THEN
        IF NEW.actor_person_id IS DISTINCT FROM claim.claimant_id THEN
            RAISE EXCEPTION '% is the claimant''s own step', NEW.event
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claim_event_claimant';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.actor_person_id IS NULL AND duty_now <> 'machine' THEN
        RAISE EXCEPTION '% is taken by a person', NEW.event
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claim_event_person';
    END IF;
    IF people = '{}' THEN
        RETURN NEW;
    END IF;
    IF EXISTS (
        SELECT 1 FROM members_person actor
         WHERE actor.id = ANY (people) AND (
               actor.id IN (claim.claimant_id, claim.covered_id, claim.payer_id)
            OR EXISTS (SELECT 1 FROM members_person kin
                        WHERE kin.id IN (claim.claimant_id, claim.covered_id, claim.payer_id)
                          AND kin.household_id = actor.household_id)
            OR EXISTS (SELECT 1 FROM claims_conflict k
                        WHERE k.claim_id = NEW.claim_id AND k.person_id = actor.id))) THEN
        RAISE EXCEPTION 'nobody acts on a claim that concerns them'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claim_event_conflict';
    END IF;
    SELECT coalesce(array_agg(DISTINCT e.duty), '{}') INTO held
      FROM claims_claimevent v
      JOIN claims_edge e ON e.step = v.event AND e.source = v.from_state AND e.target = v.to_state
     WHERE v.claim_id = NEW.claim_id
       AND (v.actor_person_id = ANY (people) OR v.second_person_id = ANY (people));
    IF EXISTS (SELECT 1 FROM claims_investigation i
                WHERE i.claim_id = NEW.claim_id AND i.investigator_id = ANY (people)
        UNION ALL
        SELECT 1 FROM claims_assignment a
                WHERE a.claim_id = NEW.claim_id AND a.person_id = ANY (people)
                  AND a.state = 'under_investigation') THEN
        held := held || 'investigate'::text;
    END IF;
    IF (duty_now = 'manage' AND held && ARRAY['investigate', 'finance'])
    OR (duty_now = 'investigate'
        AND held && ARRAY['manage', 'recommend', 'decide', 'review_dispute', 'hearing', 'finance'])
    OR (duty_now = 'recommend' AND held && ARRAY['investigate', 'decide', 'hearing', 'finance'])
    OR (duty_now = 'decide' AND held && ARRAY['investigate', 'recommend', 'hearing', 'finance'])
    OR (duty_now = 'review_dispute'
        AND held && ARRAY['investigate', 'recommend', 'decide', 'hearing', 'finance'])
    OR (duty_now = 'hearing'
        AND held && ARRAY['investigate', 'recommend', 'decide', 'review_dispute', 'finance'])
    OR (duty_now IN ('finance', 'machine')
        AND held && ARRAY['manage', 'investigate', 'recommend', 'decide', 'review_dispute',
                          'hearing']) THEN
        RAISE EXCEPTION '% is not for somebody who already had another duty here', NEW.event
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claim_event_duties';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER claims_event_3_duties BEFORE INSERT ON claims_claimevent
FOR EACH ROW EXECUTE FUNCTION claims_event_duties();
"""
