"""What people read: goal levels, templates, check-in words, measures, crisis lines. It is nobody's data."""
