"""Scoring: align, match, count, measure; and running extractors."""
