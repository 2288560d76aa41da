"""The running process: from channel to outbox, and from outbox to channels."""
