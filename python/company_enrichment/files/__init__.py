"""Reads the tables that people hand over: text files and workbooks. Knows nothing of customers or mappings."""
