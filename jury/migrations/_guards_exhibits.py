"""SQL of the guards on redacted evidence and on the brief's signature (promises 17, 22)."""

EXHIBIT = """
CREATE FUNCTION jury_exhibit_guard() RETURNS trigger LANGUAGE plpgsql {PATH} AS $$
DECLARE
    sitting jury_hearing;
BEGIN
    SELECT * INTO sitting FROM jury_hearing WHERE id = NEW.hearing_id FOR SHARE;
    IF TG_OP = 'INSERT' THEN
        IF NEW.signed_by_id IS NOT NULL OR NEW.withdrawn_at IS NOT NULL THEN
            IF NOT EXISTS (SELECT FROM jury_juryexhibit x JOIN jury_hearing h ON h.id = x.hearing_id
                 WHERE h.id = sitting.replaces_id AND x.signed_by_id = NEW.signed_by_id
                   AND x.withdrawn_at IS NULL AND NEW.withdrawn_at IS NULL
                   AND (x.label, x.text, x.pages, x.evidence_version_id, x.prepared_by_id)
                     = (NEW.label, NEW.text, NEW.pages, NEW.evidence_version_id,
                        NEW.prepared_by_id)) THEN
                RAISE EXCEPTION 'an exhibit begins unsigned' {REFUSE};
            END IF;
        ELSIF sitting.state <> 'preparing' OR sitting.brief_signed_by_id IS NOT NULL THEN
            RAISE EXCEPTION 'exhibits are added before the brief is signed' {REFUSE};
        END IF;
        IF NOT EXISTS (SELECT FROM claims_evidenceversion v
              JOIN claims_evidence e ON e.id = v.evidence_id
             WHERE v.id = NEW.evidence_version_id AND e.claim_id = sitting.claim_id) THEN
            RAISE EXCEPTION 'an exhibit is a paper of its own claim' {REFUSE};
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.hearing_id, NEW.reference, NEW.evidence_version_id, NEW.pages)
       IS DISTINCT FROM
       (OLD.id, OLD.hearing_id, OLD.reference, OLD.evidence_version_id, OLD.pages)
       OR OLD.withdrawn_at IS NOT NULL
       OR (OLD.signed_by_id IS NOT NULL
           AND (NEW.label, NEW.question_codes, NEW.text, NEW.prepared_by_id, NEW.prepared_at,
                NEW.signed_by_id, NEW.signed_at) IS DISTINCT FROM
               (OLD.label, OLD.question_codes, OLD.text, OLD.prepared_by_id, OLD.prepared_at,
                OLD.signed_by_id, OLD.signed_at)) THEN
        RAISE EXCEPTION 'this part of exhibit % is fixed', OLD.reference {REFUSE};
    END IF;
    IF NEW.withdrawn_at IS NULL
       AND (sitting.state <> 'preparing' OR sitting.brief_signed_by_id IS NOT NULL) THEN
        RAISE EXCEPTION 'exhibits are changed before the brief is signed' {REFUSE};
    END IF;
    RETURN NEW;
END $$
"""

# A page belongs to the statement that made its exhibit: none is added to one that others read.
EXHIBIT_PAGE = """
CREATE FUNCTION jury_exhibitpage_guard() RETURNS trigger LANGUAGE plpgsql {PATH} AS $$
BEGIN
    IF NEW.number > (SELECT x.pages FROM jury_juryexhibit x WHERE x.id = NEW.exhibit_id) THEN
        RAISE EXCEPTION 'the exhibit has no such page' {REFUSE};
    END IF;
    RETURN NEW;
END $$
"""

# Promise 20: a juror is given signed exhibits only, while seated, while the hearing lives.
EXHIBIT_ACCESS = """
CREATE FUNCTION jury_exhibitaccess_guard() RETURNS trigger LANGUAGE plpgsql {PATH} AS $$
BEGIN
    IF NEW.duty = 'juror' AND NOT EXISTS (
        SELECT FROM jury_juryexhibit x JOIN jury_hearing h ON h.id = x.hearing_id
         WHERE x.id = NEW.exhibit_id AND x.signed_by_id IS NOT NULL AND x.withdrawn_at IS NULL
           AND h.state IN ('drawn', 'open', 'extended')
           AND (EXISTS (SELECT FROM jury_seat s WHERE s.hearing_id = h.id
                  AND s.person_id = NEW.person_id AND s.state IN ('invited', 'accepted'))
             OR (h.mode = 'open' AND EXISTS (SELECT FROM jury_rollentry r
                  WHERE r.roll_id = h.roll_id AND r.person_id = NEW.person_id)))) THEN
        RAISE EXCEPTION 'a juror reads signed exhibits of a live hearing' {REFUSE};
    END IF;
    RETURN NEW;
END $$
"""

# Whoever signs the brief signs it with all its exhibits.
BRIEF = """
CREATE FUNCTION jury_hearing_brief_guard() RETURNS trigger LANGUAGE plpgsql {PATH} AS $$
BEGIN
    IF NEW.brief_signed_by_id IS NOT NULL AND OLD.brief_signed_by_id IS NULL AND EXISTS (
        SELECT FROM jury_juryexhibit x WHERE x.hearing_id = NEW.id
           AND x.signed_by_id IS NULL AND x.withdrawn_at IS NULL) THEN
        RAISE EXCEPTION 'an exhibit of this brief is not signed' {REFUSE};
    END IF;
    RETURN NEW;
END $$
"""
