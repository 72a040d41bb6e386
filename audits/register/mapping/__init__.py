"""Which of a file's columns is which of ours: settled once on a page, kept by name, and used from then on."""
