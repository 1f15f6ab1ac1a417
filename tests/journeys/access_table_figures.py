"""What the registers and figures answer to whom: reviewed by hand. * is everybody else."""

FIGURES = """
# Anyone reads the figures; nothing can be sent.
board_agencies board_complaints board_denials board_people
  GET own: * 200
  POST own: * 405

board_chart board_chart_csv board_figures_csv
  GET own: * 200
  POST own absent: * 405
  GET absent: * 404

api_board_figures
  GET own: * 200
  POST own absent: * 405
  GET absent: * 404

# A picture is there once there is enough to draw.
board_chart_svg board_chart_dark
  GET own absent: * 404
  POST own absent: * 405

# Anybody complains, and follows a complaint by its number and code.
complaint_new complaint_track
  GET own: * 200
  POST own: * 422

# One's own complaint; everybody else is asked for the code, whether or not there is one.
complaint complaint_received
  GET own: claimant 200; * 302
  POST own other absent: * 405
  GET other absent: * 302

# The desk: the ombudsman's and the auditor's all, an owner's own.
console_complaints
  GET own: reviewer jury_officer finance ombudsman auditor 200; anonymous 302; * 404
  POST own: anonymous 302; * 405

console_complaint
  GET own other: ombudsman auditor 200; anonymous 302; * 404
  POST own other absent: anonymous 302; * 405
  GET absent: anonymous 302; * 404

console_answer_complaint console_assign_complaint
  GET own other: ombudsman auditor 200; anonymous 302; * 404
  POST own other: ombudsman auditor 422; anonymous 403; * 404
  GET absent: anonymous 302; * 404
  POST absent: anonymous 403; * 404

console_examine_complaint
  GET own other: ombudsman auditor 200; anonymous 302; * 404
  POST own other: ombudsman 302; anonymous auditor 403; * 404
  GET absent: anonymous 302; * 404
  POST absent: anonymous 403; * 404

api_complaints
  GET own: anonymous 401; * 200
  POST own: * 400

api_complaint
  GET own: claimant ombudsman auditor 200; * 404
  POST own other absent: * 405
  GET other: ombudsman auditor 200; * 404
  GET absent: * 404

api_complaint_step
  GET own other absent: anonymous 401; * 405
  POST own other: ombudsman auditor 400; anonymous 401; * 404
  POST absent: anonymous 401; * 404
"""
