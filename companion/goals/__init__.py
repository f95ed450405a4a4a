"""A person's goals: own words, steps, a lifecycle without dead ends, history. Serves the owner only."""
