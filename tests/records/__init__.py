"""Records: the calendar."""
