"""What reads the files of others: workbooks as rows of cells, and tables of text and workbooks alike."""
