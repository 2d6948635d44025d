"""Figures for papers and for the report page: numbers from scores, drawn by matplotlib."""
