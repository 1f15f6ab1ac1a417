"""The claim from filing to payout: its machine, its log, its decisions, its evidence."""
