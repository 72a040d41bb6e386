"""What was agreed and signed, and what becomes of the record."""
