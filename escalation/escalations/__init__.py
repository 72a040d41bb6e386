"""The open escalations, and one of them as a timeline."""
