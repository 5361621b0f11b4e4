"""SQL as the server gets it, as files for the linter: what dbt compiles, and what the deployed functions consist of.

Run it with `make check-sql`.
"""
