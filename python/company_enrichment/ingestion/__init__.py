"""How files are read, and become customer records."""
