"""Making gold: so far the guidelines alone."""
