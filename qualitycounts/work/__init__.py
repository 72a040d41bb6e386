"""My work, a module for each room of the work."""
