"""Who may do what: every operation of the OpenAPI document against every identity."""
