"""What `company-enrichment doctor` looks at: each module has the checks of one subject, none of them writes."""
