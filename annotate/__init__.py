"""Making gold: the guidelines, agreement of passes, adjudication."""
