"""Mappings: reading a file or a table of them, landing, planning and undoing a load, and lists for people."""
