"""wechat as a channel."""
