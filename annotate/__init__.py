"""Making gold. So far this holds the guidelines, which ship with the package."""
