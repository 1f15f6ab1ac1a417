"""What every app stands on and no app's words: money, time, audit, idempotency, deadlines."""
