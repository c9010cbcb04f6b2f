"""Where interactions are kept: one protocol, on Redis and in memory."""
