"""The steps of an escalation: what each asks, of whom, by when."""
