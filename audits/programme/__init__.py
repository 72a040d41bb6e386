"""The annual programme of audits."""
