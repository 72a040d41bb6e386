"""What families answered, counted by question and year."""
