"""The site and its JSON API: faces of the house, no rules of their own."""
