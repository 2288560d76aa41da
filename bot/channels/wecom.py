"""wecom as a channel."""
