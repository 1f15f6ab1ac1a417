"""Rounds: what each membership pays, what was collected, and the journal of every cent."""
