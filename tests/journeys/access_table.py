"""What each page answers to whom: reviewed by hand, checked by the sweep. * is everybody else."""

PAGES = """
# Anyone reads; nothing can be sent.
account_email_verification_sent account_inactive account_reset_password_done
account_reset_password_from_key_done board_cases board_cases_csv board_home board_periods
board_rounds_csv board_rules board_times healthz help help_source help_verify public_hearings
record record_bundle record_checkpoint record_key record_keys record_keys_text
  GET own: * 200
  POST own: * 405

# Anyone reads one of the public record's things; what is absent is said to be.
board_case board_feed board_period board_round_json board_rulebook record_checkpoint_size
record_consistency record_entry record_entry_json record_inclusion record_tile
  GET own: * 200
  POST own absent: * 405
  GET absent: * 404

# Parts of signing in that lead on at once, or ask for the password again.
account_confirm_login_code account_set_password mfa_activate_totp mfa_add_webauthn
mfa_authenticate mfa_generate_recovery_codes mfa_reauthenticate mfa_reauthenticate_webauthn
  GET own: * 302
  POST own: * 302

# One's own row: a form for its person, nothing at all for anybody else.
change_tier claimant_number claimant_step correct_account evidence_add filing_check filing_page
  GET own: claimant 200; anonymous 302; * 404
  POST own: anonymous 403; claimant 422; * 404
  GET other absent: anonymous 302; * 404
  POST other absent: anonymous 403; * 404

# Everybody's own list; a stranger signs in first.
inbox memberships mfa_index mfa_list_webauthn notice_home notice_objections shares
  GET own: anonymous 302; * 200
  POST own: anonymous 302; * 405

# One's own row: an act without a question.
leave mark_read me_claim_step withdraw_dispute
  GET own: claimant 200; anonymous 302; * 404
  POST own: claimant 302; anonymous 403; * 404
  GET other absent: anonymous 302; * 404
  POST other absent: anonymous 403; * 404

# Finance works here; the ombudsman and the auditor read.
bank payouts rounds
  GET own: finance ombudsman auditor 200; anonymous 302; * 403
  POST own: anonymous 302; finance ombudsman auditor 405; * 403

# The desks of disclosure.
console_corrections console_notice console_objections
  GET own: reviewer jury_officer ombudsman auditor 200; anonymous 302; * 404
  POST own: anonymous 302; * 405

# A step of a desk: shown to its readers with what blocks it, taken by reviewers only.
console_draft_answer console_prepare_redaction console_return_redaction
  GET own other: reviewer jury_officer ombudsman auditor 200; anonymous 302; * 404
  POST own other: anonymous 403; reviewer jury_officer ombudsman auditor 422; * 404
  GET absent: anonymous 302; * 404
  POST absent: anonymous 403; * 404

# One's own draft or share.
filing filing_documents share
  GET own: claimant 200; anonymous 302; * 404
  POST own other absent: anonymous 302; * 405
  GET other absent: anonymous 302; * 404

# Money, row by row.
payout payout_batch round
  GET own: finance ombudsman auditor 200; anonymous 302; * 403
  POST own absent: anonymous 302; finance ombudsman auditor 405; * 403
  GET absent: anonymous 302; finance ombudsman auditor 404; * 403

account_change_password account_reauthenticate
  GET own: anonymous 302; * 200
  POST own: anonymous 302; * 200

account_email account_logout
  GET own: anonymous 302; * 200
  POST own: * 302

# Whoever is signed in is led on.
account_login account_signup
  GET own: anonymous 200; * 302
  POST own: anonymous 200; * 302

account_reset_password account_reset_password_from_key
  GET own: * 200
  POST own: * 200

# One's own claim or hearing.
claimant_hearing my_claim
  GET own: claimant 200; anonymous 302; * 404
  POST own other absent: * 405
  GET other absent: anonymous 302; * 404

# The confirmation of an answer: never by who drafted it, only once it is drafted.
console_dismiss
  GET own other: reviewer jury_officer ombudsman auditor 200; anonymous 302; * 404
  POST own: anonymous jury_officer auditor 403; reviewer ombudsman 409; * 404
  POST other: anonymous reviewer jury_officer auditor 403; ombudsman 409; * 404
  GET absent: anonymous 302; * 404
  POST absent: anonymous 403; * 404

# Only reviewers sustain: the claim goes back to investigation.
console_sustain
  GET own other: reviewer jury_officer ombudsman auditor 200; anonymous 302; * 404
  POST own: anonymous jury_officer ombudsman auditor 403; reviewer 409; * 404
  POST other: anonymous reviewer jury_officer ombudsman auditor 403; * 404
  GET absent: anonymous 302; * 404
  POST absent: anonymous 403; * 404

mfa_deactivate_totp mfa_download_recovery_codes
  GET own: anonymous 302; * 404
  POST own: anonymous 302; * 404

mfa_edit_webauthn mfa_remove_webauthn
  GET own absent: * 302
  POST own absent: * 302

account_confirm_email
  GET own: * 200
  POST own: * 404

console
  GET own: anonymous 302; claimant member juror 403; * 200
  POST own: * 405

# Staff read claims; investigators those they were sent to; administrators none.
console_claim
  GET own other: anonymous 302; claimant member juror 403; investigator admin 404; * 200
  POST own other absent: * 405
  GET absent: anonymous 302; claimant member juror 403; * 404

# A step of a claim, with what blocks it; the service refuses the rest.
console_claim_step
  GET own other: anonymous 302; claimant member juror investigator admin 404; * 200
  POST own other: anonymous 403; reviewer jury_officer finance ombudsman auditor 422; * 404
  GET absent: anonymous 302; * 404
  POST absent: anonymous 403; * 404

# A correction is signed by somebody else than who prepared it.
console_correct
  GET own: reviewer ombudsman 200; anonymous 302; * 404
  POST own: ombudsman 302; anonymous reviewer 403; * 404
  GET absent: anonymous 302; * 404
  POST absent: anonymous 403; * 404

console_objection
  GET own other: reviewer jury_officer ombudsman auditor 200; anonymous 302; * 404
  POST own other absent: anonymous 302; * 405
  GET absent: anonymous 302; * 404

console_open
  GET own: anonymous 302; claimant member juror 403; * 422
  POST own: * 405

console_open_inquiry
  GET own other: reviewer jury_officer ombudsman auditor 200; anonymous 302; * 404
  POST own: reviewer 302; anonymous jury_officer ombudsman auditor 403; * 404
  POST other: anonymous jury_officer ombudsman auditor 403; reviewer 409; * 404
  GET absent: anonymous 302; * 404
  POST absent: anonymous 403; * 404

console_prepare_correction
  GET own: reviewer ombudsman 200; anonymous 302; * 404
  POST own: anonymous 403; reviewer ombudsman 422; * 404
  GET absent: anonymous 302; * 404
  POST absent: anonymous 403; * 404

# A redaction is signed by somebody else than who prepared it, once.
console_sign_redaction
  GET own other: reviewer jury_officer ombudsman auditor 200; anonymous 302; * 404
  POST own: anonymous jury_officer auditor 403; reviewer ombudsman 422; * 404
  POST other: ombudsman 302; anonymous reviewer jury_officer auditor 403; * 404
  GET absent: anonymous 302; * 404
  POST absent: anonymous 403; * 404

# Documents: people with a live duty; the auditor says why first.
evidence_file
  GET own: claimant reviewer auditor 200; anonymous 302; * 404
  POST own: anonymous 403; claimant reviewer auditor 422; * 404
  GET other: reviewer auditor 200; anonymous 302; * 404
  POST other: anonymous 403; reviewer auditor 422; * 404
  GET absent: anonymous 302; * 404
  POST absent: anonymous 403; * 404

filed
  GET own: anonymous claimant 302; * 404
  POST own other absent: anonymous 302; * 405
  GET other absent: anonymous 302; * 404

filing_start
  GET own: anonymous 302; * 200
  POST own: anonymous 403; * 422

# Administrators grant and revoke; the auditor reads the list.
grant_role
  GET own: admin 200; anonymous 302; * 403
  POST own: admin 422; * 403

home
  GET own: * 302
  POST own: * 405

join
  GET own: anonymous 302; * 200
  POST own: anonymous 403; * 422
  GET absent: anonymous 302; * 404
  POST absent: anonymous 403; * 404

mark_all_read
  GET own: anonymous 302; * 200
  POST own: anonymous 403; * 302

me
  GET own: anonymous 302; * 200
  POST own: * 405

mfa_view_recovery_codes
  GET own: anonymous 302; * 404
  POST own: anonymous 302; * 405

# Cases on notice, for everybody signed in.
notice_case
  GET own other: anonymous 302; * 200
  POST own other absent: anonymous 302; * 405
  GET absent: anonymous 302; * 404

notice_object
  GET own other: anonymous 302; * 200
  POST own other: anonymous 403; * 422
  GET absent: anonymous 302; * 404
  POST absent: anonymous 403; * 404

notice_objection
  GET own: member 200; anonymous 302; * 404
  POST own other absent: anonymous 302; * 405
  GET other absent: anonymous 302; * 404

# A batch is approved by a second finance person, never by its preparer.
payout_batch_step
  GET own: finance ombudsman auditor 200; anonymous 302; * 404
  POST own: anonymous finance ombudsman auditor 403; * 404
  GET absent: anonymous 302; * 404
  POST absent: anonymous 403; * 404

prepare_payouts
  GET own: anonymous 302; * 405
  POST own: anonymous 403; finance ombudsman auditor 422; * 404

# No clock runs beside the tests, and the answer says so.
readyz
  GET own: * 503
  POST own: * 405

revoke_role
  GET own: admin 200; anonymous 302; * 403
  POST own: admin 422; * 403
  GET absent: anonymous 302; admin 404; * 403
  POST absent: admin 404; * 403

roles
  GET own: auditor admin 200; anonymous 302; * 403
  POST own: anonymous 302; * 405

# Finance takes a round's steps; this one is closed.
round_step
  GET own: finance ombudsman auditor 200; anonymous 302; * 404
  POST own: anonymous ombudsman auditor 403; finance 409; * 404
  GET absent: anonymous 302; * 404
  POST absent: anonymous 403; * 404

# Moving the clock is a thing of the demo; elsewhere the page does not exist.
travel
  GET own: * 404
  POST own: * 404
"""
