"""Who did what with whose records, kept in the same transaction as the act."""
