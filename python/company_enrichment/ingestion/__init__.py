"""How rows of workbooks become customer records: which rows are records, which record a row is, what its names are."""
