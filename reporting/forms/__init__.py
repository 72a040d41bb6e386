"""What is typed about reports and learning, by the part of the work it belongs to."""
