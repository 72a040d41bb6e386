"""The figures of issued reports for analysts' own tools, read by token."""
