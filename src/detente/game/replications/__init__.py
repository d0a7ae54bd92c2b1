"""Published studies of trade wars and talks, solved again from their own data."""
