"""Scoring: align, match, count, measure; running extractors; the report, plots and leaderboard."""
