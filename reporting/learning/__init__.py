"""What is learned, and evidence from elsewhere."""
