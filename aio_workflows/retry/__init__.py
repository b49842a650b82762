"""What is tried again, when, and how often."""
