"""A folder of run files as one table, a page for each layer, and results for model cards."""
