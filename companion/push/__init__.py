"""A push sender that knows no domain: subscriptions, a queue of contentless messages, their dispatch."""
