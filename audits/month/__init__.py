"""The QA Officer's month: its board, its calendar, the views she keeps, and reminding."""
