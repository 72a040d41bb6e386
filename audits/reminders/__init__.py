"""What time does to an audit: reminders before the meeting, and what stalls after it began."""
