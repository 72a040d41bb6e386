"""After the meeting: actions, supervision, the case file, closing."""
