"""What batch.py measures: data, the project itself, and what people would use instead of it."""
