"""The validation panel: sample, ballots, decisions, minutes."""
