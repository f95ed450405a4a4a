"""The only door through which a keyworker reaches what a person shares. Every look needs consent."""
