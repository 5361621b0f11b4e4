"""``python -m company_enrichment`` is the command ``company-enrichment``."""

from company_enrichment.cli.main import main

if __name__ == "__main__":
    main()
