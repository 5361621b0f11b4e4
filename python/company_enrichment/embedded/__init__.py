"""The PostgreSQL server that comes with the package, for trying things out."""
