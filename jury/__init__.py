"""The jury: roll, hearing, draw, panel, sealed ballots, verdict; the voting forms."""
