"""The sections of a report: a module each, with its figures, its part of the page, its tables and its lists of rows."""
