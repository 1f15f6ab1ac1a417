"""The triggers on documents: nothing is changed in place (promise 17); a draft's are erased with it."""

EVIDENCE_TABLES = (
    "claims_evidence",
    "claims_evidenceversion",
    "claims_evidencecheck",
    "claims_evidenceaccess",
)

_FUNCTION = """
CREATE FUNCTION claims_evidence_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found_claim bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF TG_TABLE_NAME = 'claims_evidence' THEN
            found_claim := OLD.claim_id;
        ELSIF TG_TABLE_NAME = 'claims_evidenceversion' THEN
            SELECT claim_id INTO found_claim FROM claims_evidence WHERE id = OLD.evidence_id;
        ELSE
            SELECT e.claim_id INTO found_claim FROM claims_evidenceversion v
              JOIN claims_evidence e ON e.id = v.evidence_id WHERE v.id = OLD.version_id;
        END IF;
        IF EXISTS (SELECT 1 FROM claims_claim
                    WHERE id = found_claim AND state = 'draft' AND event_count = 0) THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'a document is never changed or removed'
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'evidence_kept';
END $$;
"""
_TRIGGERS = """
CREATE TRIGGER TABLE_kept BEFORE UPDATE OR DELETE ON TABLE
FOR EACH ROW EXECUTE FUNCTION claims_evidence_kept();
CREATE TRIGGER TABLE_whole BEFORE TRUNCATE ON TABLE
FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
"""
EVIDENCE_KEPT = _FUNCTION + "".join(_TRIGGERS.replace("TABLE", table) for table in EVIDENCE_TABLES)
