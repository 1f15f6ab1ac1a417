"""What each API resource answers to whom: reviewed by hand, checked by the sweep."""

RESOURCES = """
# Everybody's own list, with a token.
api_hearings api_me api_notice_entries api_objections api_shares
  GET own: anonymous 401; * 200
  POST own: anonymous 401; * 405

api_board_cases api_board_periods api_plans schema
  GET own: * 200
  POST own: * 405

# Anyone reads one of the public board's resources.
api_board_case api_plan api_rulebook
  GET own: * 200
  POST own absent: * 405
  GET absent: * 404

api_objection_step api_prepare_redaction api_return_redaction
  GET own other absent: anonymous 401; * 405
  POST own other: reviewer jury_officer ombudsman auditor 400; anonymous 401; * 404
  POST absent: anonymous 401; * 404

# Money: finance, ombudsman, auditor.
api_payout api_payout_batch api_round
  GET own: finance ombudsman auditor 200; anonymous 401; * 403
  POST own absent: anonymous 401; * 405
  GET absent: anonymous 401; finance ombudsman auditor 404; * 403

# Claims: the claimant's own, the staff's, nobody else's.
api_claim api_claim_events
  GET own: anonymous 401; member juror investigator admin 404; * 200
  POST own other absent: anonymous 401; * 405
  GET other: anonymous 401; claimant member juror investigator admin 404; * 200
  GET absent: anonymous 401; * 404

api_payouts api_rounds
  GET own: finance ombudsman auditor 200; anonymous 401; * 403
  POST own: anonymous 401; * 405

# A ballot: only whoever sits; whoever may know of the hearing is told what is missing.
api_ballot
  GET own other absent: anonymous 401; * 404
  POST own: anonymous 401; member reviewer investigator finance admin 404; * 400
  POST other: jury_officer ombudsman auditor 400; anonymous 401; * 404
  POST absent: anonymous 401; * 404

api_claim_evidence
  GET own: claimant reviewer auditor 200; anonymous 401; * 404
  POST own: anonymous 401; member juror investigator admin 404; * 400
  GET other: reviewer auditor 200; anonymous 401; * 404
  POST other: anonymous 401; claimant member juror investigator admin 404; * 400
  GET absent: anonymous 401; * 404
  POST absent: anonymous 401; * 404

# A step of a claim: unknown to who may not know of the claim, refused to the rest.
api_claim_step
  GET own other absent: anonymous 401; * 405
  POST own: claimant 200; anonymous 401; member juror investigator admin 404; * 403
  POST other: anonymous 401; claimant member juror investigator admin 404; * 403
  POST absent: anonymous 401; * 404

api_claims
  GET own: anonymous 401; * 200
  POST own: anonymous 401; * 400

api_correct_account
  GET own other absent: anonymous 401; * 405
  POST own: claimant 400; anonymous 401; * 404
  POST other absent: anonymous 401; * 404

# Documents: people with a live duty; the auditor says why.
api_evidence_file
  GET own: claimant reviewer 200; anonymous 401; auditor 422; * 404
  POST own other absent: anonymous 401; * 405
  GET other: reviewer 200; anonymous 401; auditor 422; * 404
  GET absent: anonymous 401; * 404

api_hearing
  GET own: anonymous 401; member reviewer investigator finance admin 404; * 200
  POST own other absent: anonymous 401; * 405
  GET other: jury_officer ombudsman auditor 200; anonymous 401; * 404
  GET absent: anonymous 401; * 404

# Papers for jurors: listed to who may know of the hearing, added by officers.
api_hearing_exhibits
  GET own: anonymous 401; member reviewer investigator finance admin 404; * 200
  POST own: anonymous 401; member reviewer investigator finance admin 404; * 400
  GET other: jury_officer ombudsman auditor 200; anonymous 401; * 404
  POST other: jury_officer ombudsman auditor 400; anonymous 401; * 404
  GET absent: anonymous 401; * 404
  POST absent: anonymous 401; * 404

api_exhibit api_exhibit_page
  GET own: claimant juror jury_officer ombudsman 200; anonymous 401; auditor 422; * 404
  POST own other absent: anonymous 401; * 405
  GET other: jury_officer ombudsman 200; anonymous 401; auditor 422; * 404
  GET absent: anonymous 401; * 404

api_exhibit_step
  GET own other absent: anonymous 401; * 405
  POST own other: jury_officer ombudsman auditor 400; anonymous 401; * 404
  POST absent: anonymous 401; * 404

api_hearing_step
  GET own other absent: anonymous 401; * 405
  POST own: anonymous 401; member reviewer investigator finance admin 404; * 400
  POST other: jury_officer ombudsman auditor 400; anonymous 401; * 404
  POST absent: anonymous 401; * 404

api_jury_claim_step
  GET own other absent: anonymous 401; * 405
  POST own: anonymous 401; member juror investigator admin 404; jury_officer 409; * 403
  POST other: jury_officer 200; anonymous 401; claimant member juror admin 404; * 403
  POST absent: anonymous 401; * 404

# Becoming and being a juror.
api_exam api_jury_record api_jury_rules
  GET own: anonymous 401; * 200
  POST own: anonymous 401; * 405

api_affiliation api_jury_rules_accept api_qualification api_standing_appeal
  GET own: anonymous 401; * 405
  POST own: anonymous 401; * 400

api_exam_start
  GET own: anonymous 401; * 405
  POST own: claimant 201; anonymous 401; * 422

api_exam_attempt
  GET own: claimant 200; anonymous 401; * 404
  POST own absent: anonymous 401; * 405
  GET absent: anonymous 401; * 404

api_exam_choice
  GET own absent: anonymous 401; * 405
  POST own: claimant 400; anonymous 401; * 404
  POST absent: anonymous 401; * 404

api_exam_answer
  GET own absent: anonymous 401; * 405
  POST own: claimant 422; anonymous 401; * 404
  POST absent: anonymous 401; * 404

api_affiliation_end
  GET own absent: anonymous 401; * 405
  POST own: claimant 200; anonymous 401; * 404
  POST absent: anonymous 401; * 404

api_juror_appeals api_jurors
  GET own: jury_officer ombudsman auditor 200; anonymous 401; * 404
  POST own: anonymous 401; * 405

api_juror api_juror_appeal
  GET own: jury_officer ombudsman auditor 200; anonymous 401; * 404
  POST own absent: anonymous 401; * 405
  GET absent: anonymous 401; * 404

api_juror_appeal_answer api_juror_step api_qualification_step
  GET own absent: anonymous 401; * 405
  POST own: jury_officer ombudsman auditor 400; anonymous 401; * 404
  POST absent: anonymous 401; * 404

api_notice_entry
  GET own other: anonymous 401; * 200
  POST own other absent: anonymous 401; * 405
  GET absent: anonymous 401; * 404

api_object
  GET own other absent: anonymous 401; * 405
  POST own other: anonymous 401; * 400
  POST absent: anonymous 401; * 404

# Objections: the member's own, and the desk's.
api_objection
  GET own: anonymous 401; claimant juror investigator finance admin 404; * 200
  POST own other absent: anonymous 401; * 405
  GET other: reviewer jury_officer ombudsman auditor 200; anonymous 401; * 404
  GET absent: anonymous 401; * 404

api_payout_batch_step
  GET own absent: anonymous 401; * 405
  POST own: anonymous 401; * 403
  POST absent: anonymous 401; finance ombudsman auditor 404; * 403

api_payout_batches
  GET own: finance ombudsman auditor 200; anonymous 401; * 403
  POST own: finance ombudsman auditor 400; anonymous 401; * 403

# Ballots are published with a verdict; the open hearing has none yet.
api_public_ballots
  GET own absent: * 404
  GET other: * 200
  POST own other absent: * 405

api_public_hearings
  GET own: * 200
  POST own: * 405

api_public_hearing
  GET own other: * 200
  POST own other absent: * 405
  GET absent: * 404

api_round_step
  GET own absent: anonymous 401; * 405
  POST own: anonymous 401; finance 409; * 403
  POST absent: anonymous 401; finance ombudsman auditor 404; * 403

api_sign_redaction
  GET own other absent: anonymous 401; * 405
  POST own: anonymous 401; jury_officer auditor 403; reviewer ombudsman 422; * 404
  POST other: ombudsman 200; anonymous 401; reviewer jury_officer auditor 403; * 404
  POST absent: anonymous 401; * 404

# A password for a token.
api_token
  GET own: * 405
  POST own: * 400

# Only what the bank has signed.
bank_callbacks
  GET own: * 405
  POST own: * 401
"""
