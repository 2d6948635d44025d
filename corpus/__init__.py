"""The data: gold articles, their loader, checks and builders."""
