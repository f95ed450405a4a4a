"""What a service is and how a feed's record becomes one. Pure functions; no database, no web."""
