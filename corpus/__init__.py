"""The data: gold articles, their loader, checks and builders, and how they are read."""
