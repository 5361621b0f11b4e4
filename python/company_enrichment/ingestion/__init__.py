"""How files become customer records."""
