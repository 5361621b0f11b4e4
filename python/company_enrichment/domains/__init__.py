"""What the input of each domain looks like: data, one YAML file per domain."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from company_enrichment.errors import ConfigurationError

KeyColumn = Literal["plan_code", "account_number", "customer_name", "account_name"]


class Domain(BaseModel):
    """The layout of a domain's files."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    description: str
    files: str = Field(description="Glob pattern below WDH_DATA_BASE_DIR.")
    sheet: str = Field(description="Name of the sheet that holds the rows.")
    columns: dict[KeyColumn, str] = Field(description="Column of customer_records: header.", min_length=1)
    record_key: list[str] = Field(description="Headers that identify a row.", min_length=1)

    @property
    def headers(self) -> list[str]:
        """Every header that must be there."""
        return list(dict.fromkeys([*self.columns.values(), *self.record_key]))


def load_domain(name: str, domains_dir: Path | None = None) -> Domain:
    """Read a domain's YAML file, from domains_dir first, then from the package.

    Raises ConfigurationError when there is none, or when it says something wrong.
    """
    folders = [folder for folder in (domains_dir, Path(__file__).parent) if folder is not None]
    for folder in folders:
        file = folder / f"{name}.yml"
        if file.is_file():
            try:
                return Domain.model_validate({"name": name, **yaml.safe_load(file.read_text("utf-8"))})
            except (ValidationError, yaml.YAMLError, TypeError) as error:
                raise ConfigurationError(f"Domain file {file}: {error}") from error
    known = sorted({file.stem for folder in folders for file in folder.glob("*.yml")})
    raise ConfigurationError(f"There is no domain {name!r}; known are: {', '.join(known)}.")
