"""Medicine and collection plans: what happens on which day, and where. Reminders live one floor up."""
