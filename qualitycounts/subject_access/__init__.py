"""Subject access: a copy of all that is held about one child's case or one worker."""
