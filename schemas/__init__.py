"""The contract: record types, closed lists of labels, errors, reading and writing."""
