"""What the pages and resources of messages answer to whom: reviewed by hand."""

MESSAGES = """
# What comes by e-mail is everybody's own choice.
mail_settings
  GET own: anonymous 302; * 200
  POST own: anonymous 403; * 422

# The link in an e-mail works without signing in, and only with its signature.
mail_unsubscribe
  GET own: * 200
  POST own: * 200
  GET absent: * 404
  POST absent: * 404

# Messages that could not be sent: administrators, and the jury officer those of the jury.
failed_mail
  GET own: jury_officer admin 200; anonymous 302; * 403
  POST own: anonymous 302; * 405

# These did not fail: there is nothing to try again.
retry_mail
  GET own other absent: anonymous 302; * 404
  POST own other absent: anonymous 403; * 404

# Messages: one's own inbox and choice; what failed, for who looks after it.
api_messages
  GET own: anonymous 401; * 200
  POST own: anonymous 401; * 405

api_mail_settings
  GET own: anonymous 401; * 200
  POST own: anonymous 401; * 400

api_mark_read
  GET own other absent: anonymous 401; * 405
  POST own: claimant 200; anonymous 401; * 404
  POST other absent: anonymous 401; * 404

api_failed_mail
  GET own: jury_officer admin 200; anonymous 401; * 403
  POST own: anonymous 401; * 405

api_retry_mail
  GET own other absent: anonymous 401; * 405
  POST own other absent: anonymous 401; * 404
"""
