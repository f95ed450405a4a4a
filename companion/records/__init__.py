"""Records: what a person takes with them. So far, their reminders as a calendar."""
