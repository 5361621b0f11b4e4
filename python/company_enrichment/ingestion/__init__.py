"""What reads the files of others, and makes customer records of their rows."""
