"""Reads what people hand over: tables in text files and in workbooks."""
