"""Reminders: a row for each thing a plan holds in the next days, raised when due, answered by the person."""
