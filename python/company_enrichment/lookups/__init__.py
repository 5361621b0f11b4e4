"""The lookup queue, its worker, and the providers that are asked."""
