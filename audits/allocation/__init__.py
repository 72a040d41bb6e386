"""Which auditor gets which case, and what auditors owe."""
