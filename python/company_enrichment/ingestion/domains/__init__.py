"""What the input of each domain looks like: data, one YAML file per domain."""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, StrictInt, Tag, ValidationError, field_validator

from company_enrichment.errors import ConfigurationError
from company_enrichment.ingestion.domains.faults import faults
from company_enrichment.ingestion.domains.parts import DerivedName, KeyHeader, Part, RowsPassedOver
from company_enrichment.ingestion.domains.yaml_file import UnusableYamlError, read_yaml_text, yaml_mapping
from company_enrichment.ingestion.key_parts import KeyKind, kind_of_header
from company_enrichment.ingestion.path_patterns import Exclusion, PathPattern, pattern_fault
from company_enrichment.ingestion.periods import LARGEST_NUMBER, PathReading, PeriodVersion, read_path, version_of
from company_enrichment.unusable_text import shown

_LONGEST_CODE = 100

Code = Annotated[str, Field(max_length=_LONGEST_CODE)]
KeyColumn = Literal["plan_code", "account_number", "customer_name", "account_name"]
_CODE_COLUMNS: tuple[KeyColumn, ...] = ("plan_code", "account_number")


_MONTHS, _NO_MONTHS = "months", "none"


class Column(Part):
    """A column with rules for its codes; column_rules.py applies them, docs/ingestion.md says how."""

    header: str = Field(description="The column's header in the sheet.")
    strip_prefix: Code | None = Field(default=None, description="Text that a code loses where it begins with it.")
    width: StrictInt | None = Field(
        default=None, ge=1, le=_LONGEST_CODE, description="Digits that a code of digits has, with zeros on the left."
    )
    corrections: dict[Code, Code] = Field(default_factory=dict, description="Wrong code: the code in its place.")

    @property
    def rules(self) -> list[str]:
        """The names of the rules that it has."""
        return [rule for rule in ("strip_prefix", "width", "corrections") if getattr(self, rule)]


def _form_of_column(value: Any) -> str:
    if isinstance(value, dict) and not value.keys().isdisjoint({"fallback", "pattern", "when"}):
        return "derived"
    return "derived" if isinstance(value, DerivedName) else "header" if isinstance(value, str) else "rules"


Patterns = str | Annotated[list[str], Field(min_length=1)]
ColumnOrHeader = Annotated[
    Annotated[str, Tag("header")] | Annotated[Column, Tag("rules")] | Annotated[DerivedName, Tag("derived")],
    Discriminator(_form_of_column),
]


class Domain(Part):
    """The layout of a domain's files."""

    name: str = Field(
        description="Name of the domain, under which its records are stored. Leave it out.",
        json_schema_extra={"if_left_out": "the file's name"},
    )
    description: str = Field(description="What the files are, for people.")
    files: Patterns = Field(description="Glob pattern below WDH_DATA_BASE_DIR, or a list of them.")
    exclude: Patterns | None = Field(
        default=None,
        description=(
            "What is no file of the domain although it matches: a pattern, or a list of them, of the name of a file or"
            " folder anywhere in the path; with a slash, of the path below WDH_DATA_BASE_DIR."
        ),
    )
    versions: str = Field(
        default=_MONTHS,
        description=(
            "months: month and version are read off a file's path in the forms that people use. none: every file is"
            " taken in for itself. Anything else is a regular expression that is searched for in the path below"
            " WDH_DATA_BASE_DIR; its group period says of which period the file is, its groups version, version_2 and"
            " so on, numbers, which version of it."
        ),
    )
    sheet: str = Field(description="Name of the sheet that holds the rows.")
    columns: dict[KeyColumn, ColumnOrHeader] = Field(
        description="Column of customer_records: header, or header and rules.", min_length=1
    )
    record_key: list[str | KeyHeader] = Field(description="Headers that identify a row.", min_length=1)
    rows_passed_over: RowsPassedOver = Field(
        default=RowsPassedOver(), description="Which rows are no records, beside those that the rules know."
    )
    merged_cells: Literal["fill", "reject"] = Field(
        default="fill",
        description="fill gives cells below a merged range its value, reject rejects their rows.",
    )
    other_headers: dict[str, list[str]] = Field(
        default_factory=dict, description="Header: other headers that a file may have in its place."
    )

    @field_validator("columns")
    @classmethod
    def _only_codes_have_rules(cls, columns: dict[KeyColumn, ColumnOrHeader]) -> dict[KeyColumn, ColumnOrHeader]:
        for name, column in columns.items():
            if isinstance(column, Column) and column.rules and name not in _CODE_COLUMNS:
                raise ValueError(
                    f"{name} has {' and '.join(column.rules)}; only the codes have rules: {' and '.join(_CODE_COLUMNS)}"
                )
            if isinstance(column, DerivedName) and name != "customer_name":
                raise ValueError(f"{name} has a fallback; only customer_name is derived from another column")
        return columns

    @field_validator("files", "exclude")
    @classmethod
    def _stays_below_its_folder(cls, patterns: str | list[str] | None) -> str | list[str] | None:
        for pattern in _listed(patterns):
            fault = pattern_fault(pattern)
            if fault is not None:
                raise ValueError(fault)
        return patterns

    @field_validator("versions")
    @classmethod
    def _names_its_groups(cls, pattern: str) -> str:
        if pattern in (_MONTHS, _NO_MONTHS):
            return pattern
        try:
            groups = re.compile(pattern).groupindex
        except re.error as error:
            raise ValueError(f"{pattern!r} is no regular expression: {error}") from error
        if "period" not in groups:
            raise ValueError(f"{pattern!r} has no group (?P<period>…), and is none of {_MONTHS}, {_NO_MONTHS}")
        return pattern

    @property
    def headers(self) -> list[str]:
        """Every header that must be there."""
        derived = self.derived_name.headers if self.derived_name else ()
        return list(dict.fromkeys([*self.column_headers.values(), *self.key_kinds, *derived]))

    @cached_property
    def column_headers(self) -> dict[KeyColumn, str]:
        """Column of customer_records: header."""
        return {name: column if isinstance(column, str) else column.header for name, column in self.columns.items()}

    @property
    def derived_name(self) -> DerivedName | None:
        """How the customer name is derived where a row has none."""
        column = self.columns.get("customer_name")
        return column if isinstance(column, DerivedName) else None

    @cached_property
    def key_kinds(self) -> dict[str, KeyKind | None]:
        """Header of each part of the record key: as what its values are compared, None where each says so itself."""
        kinds: dict[str, KeyKind | None] = {
            header: "code" if name in _CODE_COLUMNS else "text" for name, header in self.column_headers.items()
        }
        key = [KeyHeader(header=part) if isinstance(part, str) else part for part in self.record_key]
        return {part.header: part.kind or kinds.get(part.header) or kind_of_header(part.header) for part in key}

    @property
    def columns_with_rules(self) -> dict[KeyColumn, Column]:
        """The columns whose codes have rules."""
        return {name: column for name, column in self.columns.items() if isinstance(column, Column) and column.rules}

    @cached_property
    def patterns(self) -> list[PathPattern]:
        """The patterns of its files."""
        return [PathPattern(text) for text in _listed(self.files)]

    @cached_property
    def exclusions(self) -> list[Exclusion]:
        """The patterns of what is no file of the domain."""
        return [Exclusion(text) for text in _listed(self.exclude)]

    def period_version(self, path: str) -> PeriodVersion | None:
        """Return period and version of the file with this path, or None where its path does not say.

        Raises ConfigurationError when what the pattern finds as a version is no number.
        """
        return self.read_path(path).known

    def read_path(self, path: str) -> PathReading:
        """Return what the path of a file below WDH_DATA_BASE_DIR says of it; errors as period_version."""
        if self.versions == _MONTHS:
            return read_path(path)
        found = None if self.versions == _NO_MONTHS else re.search(self.versions, path)
        if found is None or not found["period"]:
            return PathReading()
        groups = [name for name in found.re.groupindex if name.startswith("version")]
        numbers = [int(number) for name in groups for number in self._numbers(path, found[name] or "0")]
        return PathReading(known=PeriodVersion(found["period"], version_of(*numbers)))

    def _numbers(self, path: str, text: str) -> list[str]:
        numbers = re.split("[._-]", text)
        if not all(re.fullmatch(r"\d{1,10}", number) and int(number) <= LARGEST_NUMBER for number in numbers):
            raise ConfigurationError(
                f"Domain {self.name}: the version of {path} is {text!r}; it must be digits, at most"
                f" {LARGEST_NUMBER}, or several such numbers with dots between them."
            )
        return numbers


def _listed(patterns: str | list[str] | None) -> list[str]:
    return [patterns] if isinstance(patterns, str) else patterns or []


def load_domain(name: str, domains_dir: Path | None = None) -> Domain:
    """Read a domain's YAML file, from domains_dir first, then from the package.

    Raises ConfigurationError when there is none, or when it says something wrong.
    """
    # The name becomes a path, and the source of the records.
    if not re.fullmatch(r"[\w-]{1,63}", name):
        raise ConfigurationError(f"{shown(name)} is no name of a domain: letters, digits, - and _, at most 63.")
    if domains_dir is not None and not domains_dir.is_dir():
        raise ConfigurationError(f"WDH_DOMAINS_DIR is {domains_dir}, which is not a folder.")
    folders = domain_folders(domains_dir)
    for folder in folders:
        file = folder / f"{name}.yml"
        if file.is_file():
            try:
                return domain_of_text(name, read_yaml_text(file))
            except UnusableYamlError as error:
                raise ConfigurationError(f"Domain file {file} {error}.") from error
            except ValueError as error:
                raise ConfigurationError(f"Domain file {file}: {error}") from error
    known = known_domains(domains_dir)
    raise ConfigurationError(f"There is no domain {name!r}; known are: {', '.join(known)}.")


def domain_of_text(name: str, text: str) -> Domain:
    """Return the domain that a YAML file's text describes.

    Raises UnusableYamlError when no domain could be written like that, ValueError that names key and line when this
    one is wrong.
    """
    content = yaml_mapping(text, without=("name",))
    try:
        return Domain.model_validate({"name": name, **content})
    except ValidationError as error:
        raise ValueError(faults(error, text, Domain)) from error


def domain_folders(domains_dir: Path | None = None) -> list[Path]:
    """Return the folders in which domain files are, the first that has a file wins."""
    return [folder for folder in (domains_dir, Path(__file__).parent) if folder is not None]


def known_domains(domains_dir: Path | None = None) -> list[str]:
    """Return the names of all domain files."""
    return sorted({file.stem for folder in domain_folders(domains_dir) for file in folder.glob("*.yml")})
