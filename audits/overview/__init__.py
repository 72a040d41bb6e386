"""The audits a person may open, and a director's own look at a case."""
