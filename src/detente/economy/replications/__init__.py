"""Published studies of trade policy, solved again from their own data."""
