"""The content files and the house that reads them."""
