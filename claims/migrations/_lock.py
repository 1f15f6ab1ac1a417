"""One round trip that locks a claim and then, with fresh eyes, looks up who the actor is to it."""

# Each statement of a volatile function sees what was committed before it, so the standing is read
# after the lock was granted, never before: two steps at once cannot both see an empty log.
CLAIM_LOCK = """
CREATE FUNCTION claims_lock(wanted text, person bigint)
RETURNS TABLE (claim claims_claim, rules_number integer, rules_state text, rules_digest text,
               is_barred boolean, steps text[])
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    SELECT c.* INTO claim FROM claims_claim c WHERE c.reference = wanted FOR UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    SELECT v.number, v.state, v.body_digest INTO rules_number, rules_state, rules_digest
      FROM members_rulebookversion v WHERE v.id = claim.rulebook_version_id;
    is_barred := false;
    steps := '{}';
    IF person IS NOT NULL THEN
        SELECT EXISTS (
            SELECT 1 FROM members_membership m JOIN members_person a ON a.id = person
             WHERE m.id = claim.membership_id AND (
                   person IN (claim.claimant_id, claim.covered_id, m.payer_id)
                OR EXISTS (SELECT 1 FROM members_person k
                            WHERE k.id IN (claim.claimant_id, claim.covered_id, m.payer_id)
                              AND k.household_id = a.household_id)
                OR EXISTS (SELECT 1 FROM claims_conflict d
                            WHERE d.claim_id = claim.id AND d.person_id = person)))
          INTO is_barred;
        SELECT array_agg(DISTINCT e.event::text) FROM claims_claimevent e
         WHERE e.claim_id = claim.id AND (e.actor_person_id = person OR e.second_person_id = person)
          INTO steps;
        IF EXISTS (SELECT 1 FROM claims_investigation i
                    WHERE i.claim_id = claim.id AND i.investigator_id = person)
        OR EXISTS (SELECT 1 FROM claims_assignment g
                    WHERE g.claim_id = claim.id AND g.person_id = person
                      AND g.state = 'under_investigation') THEN
            steps := coalesce(steps, '{}') || 'investigator'::text;
        END IF;
    END IF;
    RETURN NEXT;
END $$;
"""
