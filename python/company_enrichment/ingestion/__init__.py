"""What reads the files of others: workbooks as rows of cells."""
