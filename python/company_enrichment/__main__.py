"""``python -m company_enrichment`` is the command ``company-enrichment``."""

from company_enrichment.command_line import main

if __name__ == "__main__":
    main()
