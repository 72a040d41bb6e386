"""The CQAWG action plan, recommendations and the management response."""
