"""A gold-annotated news corpus and the benchmark over it."""
