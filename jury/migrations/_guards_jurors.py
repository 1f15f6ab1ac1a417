"""SQL of the guards on exams, standing, appeals, qualifications, and of who may serve."""

# One name for one hospital: width, case, spaces and punctuation do not count.
HOSPITAL_KEY = """
CREATE FUNCTION jury_hospital_key(name text)
RETURNS text LANGUAGE sql IMMUTABLE STRICT {PATH} AS $$
    SELECT left(regexp_replace(lower(normalize(name, NFKC)), '[[:space:][:punct:]]+', '', 'g'),
                120)
$$
"""

# Everything that keeps each person off a plan's roll, the gravest first. It has no search path
# of its own and names the schema instead, so that the planner can merge it into the query that
# asks, for one person or for three million. OFFSET 0 keeps the plan's rules from being read again
# for each person.
BLOCKERS = """
CREATE FUNCTION jury_blockers(the_plan bigint, at timestamptz)
RETURNS TABLE (person_id bigint, reasons text[]) LANGUAGE sql STABLE AS $$
    SELECT p.id, array_remove(ARRAY[
        CASE WHEN s.state = 'disqualified' THEN 'disqualified' END,
        CASE WHEN s.state = 'suspended' THEN 'suspended' END,
        CASE WHEN EXISTS (SELECT FROM public.claims_claim c
                            JOIN public.claims_claimevent e ON e.claim_id = c.id
                           WHERE c.claimant_id = p.id AND c.state = 'denied_finally'
                             AND e.event = 'halt' AND e.reason_code = 'suspected_fraud')
             THEN 'fraud' END,
        CASE WHEN EXISTS (SELECT FROM public.members_membership m
                           WHERE m.person_id = p.id AND m.end_reason = 'ineligible')
             THEN 'non_disclosure' END,
        CASE WHEN extract(year FROM age((at AT TIME ZONE l.zone)::date, p.born_on)) < 18
             THEN 'under_age' END,
        CASE WHEN NOT p.is_identity_verified THEN 'unverified' END,
        CASE WHEN s.id IS NULL THEN 'no_exam'
             WHEN NOT EXISTS (SELECT FROM public.jury_exampass x
                               WHERE x.person_id = p.id AND x.expires_at > at)
             THEN 'exam_expired' END,
        CASE WHEN NOT EXISTS (SELECT FROM public.jury_rulesacceptance a
                               WHERE a.person_id = p.id AND a.version = l.rules)
             THEN 'rules_not_accepted' END
    ]::text[], NULL)
      FROM public.members_person p
      LEFT JOIN public.jury_jurorstanding s ON s.person_id = p.id
      CROSS JOIN (
        SELECT n.zone, (SELECT v.body #>> '{jury,juror_rules_version}'
                          FROM public.members_rulebookversion v
                         WHERE v.plan_id = n.id
                           AND v.state IN ('announced', 'in_force', 'superseded')
                           AND v.effective_on <= (at AT TIME ZONE n.zone)::date
                         ORDER BY v.effective_on DESC LIMIT 1) AS rules
          FROM public.members_plan n WHERE n.id = the_plan OFFSET 0) l
$$
"""

MAY_SERVE = """
CREATE FUNCTION jury_may_serve(the_person bigint, the_plan bigint, at timestamptz)
RETURNS text LANGUAGE sql STABLE {PATH} AS $$
    SELECT coalesce((SELECT b.reasons[1] FROM jury_blockers(the_plan, at) b
                      WHERE b.person_id = the_person), '')
$$
"""

# An attempt is marked once; its questions are never drawn anew.
EXAM = """
CREATE FUNCTION jury_exam_guard() RETURNS trigger LANGUAGE plpgsql {PATH} AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.answered_at IS NOT NULL OR NEW.choices <> '{}'::jsonb THEN
            RAISE EXCEPTION 'an attempt begins unanswered' {REFUSE};
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.answered_at IS NOT NULL THEN
        RAISE EXCEPTION 'attempt % is answered', OLD.reference {REFUSE};
    END IF;
    IF (NEW.id, NEW.reference, NEW.person_id, NEW.rulebook_version_id, NEW.bank_digest,
        NEW.questions, NEW.pass_mark, NEW.started_at)
       IS DISTINCT FROM
       (OLD.id, OLD.reference, OLD.person_id, OLD.rulebook_version_id, OLD.bank_digest,
        OLD.questions, OLD.pass_mark, OLD.started_at) THEN
        RAISE EXCEPTION 'the questions of an attempt stay' {REFUSE};
    END IF;
    IF NEW.answered_at IS NOT NULL AND NEW.score > jsonb_array_length(NEW.questions) THEN
        RAISE EXCEPTION 'more right answers than questions' {REFUSE};
    END IF;
    RETURN NEW;
END $$
"""

EXAM_PASSED = """
CREATE FUNCTION jury_exampass_guard() RETURNS trigger LANGUAGE plpgsql {PATH} AS $$
BEGIN
    IF NEW.attempt_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM jury_examattempt a WHERE a.id = NEW.attempt_id AND a.is_passed
           AND a.person_id = NEW.person_id AND a.score = NEW.score) THEN
        RAISE EXCEPTION 'a pass follows a passed attempt' {REFUSE};
    END IF;
    RETURN NEW;
END $$
"""

# A standing moves along its edges only: a suspension ends by the clock, and what was decided is
# undone by the ombudsman's answer alone.
STANDING = """
CREATE FUNCTION jury_standing_guard() RETURNS trigger LANGUAGE plpgsql {PATH} AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'active' OR NEW.event_count <> 0 THEN
            RAISE EXCEPTION 'a juror begins active' {REFUSE};
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.id <> OLD.id OR NEW.person_id <> OLD.person_id
       OR NEW.event_count < OLD.event_count THEN
        RAISE EXCEPTION 'a standing stays its juror''s' {REFUSE};
    END IF;
    IF NEW.state = OLD.state THEN
        IF (NEW.suspended_until, NEW.reason_code, NEW.state_entered_at)
           IS DISTINCT FROM (OLD.suspended_until, OLD.reason_code, OLD.state_entered_at) THEN
            RAISE EXCEPTION 'a decision on a standing is not rewritten' {REFUSE};
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.event_count <> OLD.event_count + 1 THEN
        RAISE EXCEPTION 'each change of a standing is one row of its log' {REFUSE};
    END IF;
    IF NEW.state = 'active' THEN
        IF NOT (OLD.state = 'suspended' AND OLD.suspended_until <= core_now())
           AND NOT EXISTS (SELECT FROM jury_standingevent e
                             JOIN jury_standingappeal a ON a.event_id = e.id
                             JOIN jury_standingappealanswer r ON r.appeal_id = a.id
                            WHERE e.standing_id = OLD.id AND e.seq = OLD.event_count
                              AND r.outcome = 'reversed') THEN
            RAISE EXCEPTION 'a juror is restored by the clock or the ombudsman' {REFUSE};
        END IF;
    ELSIF (OLD.state, NEW.state) NOT IN (('active', 'suspended'), ('active', 'disqualified'),
                                         ('suspended', 'disqualified')) THEN
        RAISE EXCEPTION 'no such change of a standing' {REFUSE};
    END IF;
    RETURN NEW;
END $$
"""

# At the transaction's end the log has the row that says what happened.
STANDING_LOGGED = """
CREATE FUNCTION jury_standing_logged_guard() RETURNS trigger LANGUAGE plpgsql {PATH} AS $$
BEGIN
    IF NEW.state <> OLD.state AND NOT EXISTS (
        SELECT FROM jury_standingevent e WHERE e.standing_id = NEW.id
           AND e.seq = NEW.event_count AND e.from_state = OLD.state AND e.to_state = NEW.state) THEN
        RAISE EXCEPTION 'the log lacks the change of a standing' {REFUSE};
    END IF;
    RETURN NULL;
END $$
"""

STANDING_EVENT = """
CREATE FUNCTION jury_standingevent_guard() RETURNS trigger LANGUAGE plpgsql {PATH} AS $$
DECLARE
    juror bigint;
    last text;
BEGIN
    SELECT person_id INTO juror FROM jury_jurorstanding WHERE id = NEW.standing_id FOR UPDATE;
    SELECT digest INTO last FROM jury_standingevent
     WHERE standing_id = NEW.standing_id ORDER BY seq DESC LIMIT 1;
    IF NEW.previous_digest IS DISTINCT FROM coalesce(last, '')
       OR NEW.seq <> (SELECT count(*) + 1 FROM jury_standingevent
                       WHERE standing_id = NEW.standing_id) THEN
        RAISE EXCEPTION 'the log of a standing has one order' {REFUSE};
    END IF;
    IF NEW.actor_id = juror THEN
        RAISE EXCEPTION 'nobody decides on their own standing' {REFUSE};
    END IF;
    RETURN NEW;
END $$
"""

APPEAL = """
CREATE FUNCTION jury_standingappeal_guard() RETURNS trigger LANGUAGE plpgsql {PATH} AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM jury_standingevent e JOIN jury_jurorstanding s
                       ON s.id = e.standing_id
                    WHERE e.id = NEW.event_id AND e.event IN ('suspend', 'disqualify')
                      AND e.seq = s.event_count AND s.state <> 'active') THEN
        RAISE EXCEPTION 'an appeal is against the decision in force' {REFUSE};
    END IF;
    RETURN NEW;
END $$
"""

APPEAL_ANSWER = """
CREATE FUNCTION jury_standingappealanswer_guard() RETURNS trigger LANGUAGE plpgsql {PATH} AS $$
BEGIN
    IF EXISTS (SELECT FROM jury_standingappeal a JOIN jury_standingevent e ON e.id = a.event_id
                 JOIN jury_jurorstanding s ON s.id = e.standing_id
                WHERE a.id = NEW.appeal_id
                  AND NEW.answered_by_id IN (e.actor_id, s.person_id)) THEN
        RAISE EXCEPTION 'an appeal is answered by another person' {REFUSE};
    END IF;
    RETURN NEW;
END $$
"""

AFFILIATION = """
CREATE FUNCTION jury_affiliation_guard() RETURNS trigger LANGUAGE plpgsql {PATH} AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.ended_at IS NOT NULL OR
       (NEW.id, NEW.reference, NEW.person_id, NEW.kind, NEW.hospital_name,
        NEW.hospital_key, NEW.stated_at)
       IS DISTINCT FROM
       (OLD.id, OLD.reference, OLD.person_id, OLD.kind, OLD.hospital_name,
        OLD.hospital_key, OLD.stated_at)) THEN
        RAISE EXCEPTION 'a statement is ended, not rewritten' {REFUSE};
    END IF;
    NEW.hospital_key := jury_hospital_key(NEW.hospital_name);
    RETURN NEW;
END $$
"""

QUALIFICATION = """
CREATE FUNCTION jury_qualification_guard() RETURNS trigger LANGUAGE plpgsql {PATH} AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'claimed' THEN
            RAISE EXCEPTION 'a qualification begins as a claim' {REFUSE};
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state <> 'claimed' OR NEW.state = 'claimed' OR
       (NEW.id, NEW.reference, NEW.person_id, NEW.kind, NEW.evidence_note, NEW.claimed_at)
       IS DISTINCT FROM
       (OLD.id, OLD.reference, OLD.person_id, OLD.kind, OLD.evidence_note, OLD.claimed_at) THEN
        RAISE EXCEPTION 'a qualification is decided once' {REFUSE};
    END IF;
    RETURN NEW;
END $$
"""

# A roll's experts stand on the roll, and are verified when they are numbered.
ROLL_EXPERT = """
CREATE FUNCTION jury_rollexpert_guard() RETURNS trigger LANGUAGE plpgsql {PATH} AS $$
BEGIN
    PERFORM FROM jury_roll WHERE id IN (SELECT DISTINCT roll_id FROM added) FOR SHARE;
    IF EXISTS (SELECT FROM jury_roll r WHERE r.frozen_at IS NOT NULL
                AND r.id IN (SELECT roll_id FROM added)) THEN
        RAISE EXCEPTION 'the roll is frozen' {REFUSE};
    END IF;
    IF EXISTS (SELECT FROM added x WHERE NOT EXISTS (
            SELECT FROM jury_rollentry e WHERE e.roll_id = x.roll_id AND e.person_id = x.person_id)
        OR NOT EXISTS (SELECT FROM jury_jurorqualification q
                        WHERE q.person_id = x.person_id AND q.kind = x.kind
                          AND q.state = 'verified')) THEN
        RAISE EXCEPTION 'an expert is a juror whose qualification is verified' {REFUSE};
    END IF;
    RETURN NULL;
END $$
"""
