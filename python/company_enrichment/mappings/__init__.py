"""What is stored of mappings, for people who look at it: aliases, rejected rows, conflicts and loads."""
