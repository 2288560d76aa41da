"""One adapter per chat platform; none knows another, and only it imports its platform's library."""
