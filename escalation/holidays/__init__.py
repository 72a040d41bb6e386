"""Bank holidays that the council adds."""
