"""Papers printed for a meeting or a panel."""
