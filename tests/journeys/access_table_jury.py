"""What each page of jurors, hearings and papers answers to whom: reviewed by hand."""

JURY = """
# Only whoever sits; a stranger keeps what was typed.
jury_ballot jury_step
  GET own: juror 200; anonymous 302; * 404
  POST own: anonymous 403; juror 422; * 404
  GET other absent: anonymous 302; * 404
  POST other absent: anonymous 403; * 404

# Only whoever sits; without a ballot there is no receipt yet.
jury_receipt jury_receipt_pdf
  GET own: anonymous juror 302; * 404
  POST own: anonymous 403; juror 405; * 404
  GET other absent: anonymous 302; * 404
  POST other absent: anonymous 403; * 404

# There are ballots to read only where a verdict stands; the open hearing has none yet.
public_hearing_ballots
  GET own absent: * 404
  GET other: * 200
  POST own other absent: * 405

# Anyone reads a hearing's public page.
public_hearing public_hearing_archive public_hearing_bundle public_hearing_draw
  GET own other: * 200
  POST own other absent: * 405
  GET absent: * 404

# Hearings, for those who run and oversee them.
console_hearing
  GET own other: jury_officer ombudsman auditor 200; anonymous 302; * 404
  POST own other absent: * 405
  GET absent: anonymous 302; * 404

console_hearing_step
  GET own other: jury_officer ombudsman auditor 200; anonymous 302; * 404
  POST own other: anonymous 403; jury_officer ombudsman auditor 422; * 404
  GET absent: anonymous 302; * 404
  POST absent: anonymous 403; * 404

console_hearings
  GET own: jury_officer ombudsman auditor 200; anonymous 302; * 404
  POST own: * 405

# A hearing is opened by a jury officer, where a denial is disputed.
jury_claim_step
  GET own: anonymous 302; claimant member juror investigator admin 404; * 200
  POST own: claimant member juror investigator admin 404; jury_officer 409; * 403
  GET other: anonymous 302; claimant member juror admin 404; * 200
  POST other: jury_officer 302; claimant member juror admin 404; * 403
  GET absent: anonymous 302; * 404
  POST absent: anonymous 403; * 404

jury_hearing
  GET own: juror 200; anonymous 302; * 404
  POST own: anonymous 403; juror 405; * 404
  GET other absent: anonymous 302; * 404
  POST other absent: anonymous 403; * 404

# Becoming and being a juror: everybody's own pages.
jury_exam jury_record
  GET own: anonymous 302; * 200
  POST own: anonymous 302; * 405

jury_affiliation jury_qualification jury_rules jury_standing_appeal
  GET own: anonymous 302; * 200
  POST own: anonymous 403; * 422

jury_exam_start
  GET own: anonymous claimant 302; * 200
  POST own: claimant 302; anonymous 403; * 422

jury_exam_question jury_exam_review
  GET own: claimant 200; anonymous 302; * 404
  POST own: claimant 422; anonymous 403; * 404
  GET absent: anonymous 302; * 404
  POST absent: anonymous 403; * 404

jury_exam_result
  GET own: anonymous claimant 302; * 404
  POST own absent: anonymous 302; * 405
  GET absent: anonymous 302; * 404

jury_affiliation_end
  GET own: claimant 200; anonymous 302; * 404
  POST own: claimant 302; anonymous 403; * 404
  GET absent: anonymous 302; * 404
  POST absent: anonymous 403; * 404

# Jurors, for those who run or oversee hearings.
console_juror_appeals console_jurors
  GET own: jury_officer ombudsman auditor 200; anonymous 302; * 404
  POST own: anonymous 302; jury_officer ombudsman auditor 405; * 404

console_juror
  GET own: jury_officer ombudsman auditor 200; anonymous 302; * 404
  POST own absent: anonymous 302; jury_officer ombudsman auditor 405; * 404
  GET absent: anonymous 302; * 404

console_juror_appeal console_juror_step console_qualification_step
  GET own: jury_officer ombudsman auditor 200; anonymous 302; * 404
  POST own: anonymous 403; jury_officer ombudsman auditor 422; * 404
  GET absent: anonymous 302; * 404
  POST absent: anonymous 403; * 404

jury_home
  GET own: anonymous 302; * 200
  POST own: anonymous 403; * 405

# The practice case is anybody's who is signed in; its answers stay in the address.
jury_practice
  GET own: anonymous 302; * 200
  POST own: anonymous 403; * 405

jury_practice_page
  GET own: anonymous 302; * 200
  POST own: anonymous 403; * 404

# A redacted paper: its hearing's jurors and claimant, staff, the auditor with a reason.
jury_exhibit
  GET own: claimant juror jury_officer ombudsman auditor 200; anonymous 302; * 404
  POST own: claimant juror jury_officer ombudsman auditor 405; anonymous 302; * 404
  GET other: jury_officer ombudsman auditor 200; anonymous 302; * 404
  POST other: jury_officer ombudsman auditor 405; anonymous 302; * 404
  GET absent: anonymous 302; * 404
  POST absent: anonymous 302; * 404

jury_exhibit_page
  GET own: claimant juror jury_officer ombudsman 200; anonymous 302; * 404
  POST own: claimant juror jury_officer ombudsman auditor 405; anonymous 302; * 404
  GET other: jury_officer ombudsman 200; anonymous 302; * 404
  POST other: jury_officer ombudsman auditor 405; anonymous 302; * 404
  GET absent: anonymous 302; * 404
  POST absent: anonymous 302; * 404

console_exhibit
  GET own other: jury_officer ombudsman auditor 200; anonymous 302; * 404
  POST own other: jury_officer ombudsman auditor 405; anonymous 302; * 404
  GET absent: anonymous 302; * 404
  POST absent: anonymous 302; * 404

# The original beside a copy: for who prepares or signs it; the auditor reads it as evidence.
console_exhibit_original
  GET own other: jury_officer ombudsman 200; anonymous 302; * 404
  POST own other: jury_officer ombudsman auditor 405; anonymous 302; * 404
  GET absent: anonymous 302; * 404
  POST absent: anonymous 302; * 404

# The work on brief and papers: shown to those who oversee hearings, taken by officers.
console_exhibit_add console_exhibit_step console_prepare_brief
  GET own other: jury_officer ombudsman auditor 200; anonymous 302; * 404
  POST own other: jury_officer ombudsman auditor 422; anonymous 403; * 404
  GET absent: anonymous 302; * 404
  POST absent: anonymous 403; * 404

console_sign_brief
  GET own other: jury_officer ombudsman auditor 200; anonymous 302; * 404
  POST own other: anonymous auditor 403; jury_officer ombudsman 409; * 404
  GET absent: anonymous 302; * 404
  POST absent: anonymous 403; * 404

jury_review
  GET own: anonymous juror 302; * 404
  POST own: anonymous 403; juror 422; * 404
  GET other absent: anonymous 302; * 404
  POST other absent: anonymous 403; * 404
"""
