"""Takes files of a domain in: which are read, which rows are records, and whose record each is."""
