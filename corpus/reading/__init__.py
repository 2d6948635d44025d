"""The article with its annotations, for people: in the terminal, and as a page."""
