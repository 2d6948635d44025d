"""The version of goldwire, as receipts and run files state it (importing metadata is slow)."""

VERSION = "0.1.0"
