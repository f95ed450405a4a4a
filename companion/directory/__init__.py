"""The directory of services: feeds in (Open Referral UK), search, and a read API out."""
