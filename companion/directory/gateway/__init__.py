"""The only room that looks outside: feeds in files and on the web, and the lists of places we carry along."""

from companion.directory.gateway.feeds import End, Fetch, Page, from_web, read_feed
from companion.directory.gateway.gazetteer import gazetteer

__all__ = ["End", "Fetch", "Page", "from_web", "gazetteer", "read_feed"]
