"""What is fast, measured against its floor in the same run."""
