"""The SMART action plan, made in the meeting."""
