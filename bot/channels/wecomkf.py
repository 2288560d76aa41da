"""wecomkf as a channel."""
