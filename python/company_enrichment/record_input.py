"""What records may be handed over as: typed, as dictionaries, or as a table of any library that speaks Arrow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from company_enrichment.column_names import RepeatedColumnError, entries_of_record
from company_enrichment.errors import ConfigurationError, CustomerRecordError
from company_enrichment.missing_values import is_missing
from company_enrichment.records import KEYS, CustomerKeys

_TEXT_TYPES = ("string", "large_string", "string_view", "null")
# What pandas makes of a column that has nothing but missing values.
_NUMBERS_THAT_MAY_BE_MISSING = ("half_float", "float", "double")


def customer_keys(records: Any) -> Iterator[CustomerKeys]:
    """Yield what records say of their companies, one by one, whatever they are handed over as.

    Args:
        records: CustomerKeys or mappings with some of its fields, in any iterable; or a table with such columns that
            has the Arrow C stream interface (pandas, polars, pyarrow). Names count in any case and width, and in
            Chinese as in files; other fields and columns are passed over. None, NaN, NaT, and the NA and nulls of
            pandas, polars and pyarrow stand for what is missing.

    Raises CustomerRecordError that names the record when it has entries but none of the fields, one of them twice, or
    another value than text in one; ConfigurationError when a table is given and the extra ``arrow`` is not installed.

    """
    if hasattr(records, "__arrow_c_stream__"):
        yield from _of_table(records)
    elif isinstance(records, Mapping | str) or not isinstance(records, Iterable):
        raise CustomerRecordError(
            f"The records are a {type(records).__name__}; give a list of dictionaries or CustomerKeys, or a table."
        )
    else:
        for number, record in enumerate(records, 1):
            yield _of_mapping(vars(record) if isinstance(record, CustomerKeys) else record, number)


def _of_mapping(record: Any, number: int) -> CustomerKeys:
    if not isinstance(record, Mapping):
        raise CustomerRecordError(
            f"Record {number} is a {type(record).__name__}; give a dictionary with {', '.join(KEYS)}, or CustomerKeys."
        )
    entries = _known_entries(tuple(record), f"Record {number}")
    known = {key: record[entry] for key, entry in entries.items()}
    if record and not known:
        raise CustomerRecordError(
            f"Record {number} has none of {', '.join(KEYS)}; its entries are {', '.join(map(str, record))}."
        )
    for key, value in known.items():
        if is_missing(value):
            known[key] = None
        elif not isinstance(value, str):
            raise CustomerRecordError(f"Record {number}: {key} is of type {type(value).__name__}; give text.")
    return CustomerKeys(**known)


def _of_table(table: Any) -> Iterator[CustomerKeys]:
    try:
        import nanoarrow  # noqa: PLC0415 - an extra
    except ImportError:
        raise ConfigurationError(
            "Records in a table need the extra: pip install 'company-enrichment[arrow]'. Or give dictionaries."
        ) from None
    stream = nanoarrow.ArrayStream(table)
    columns = [stream.schema.field(position) for position in range(stream.schema.n_fields)]
    names = tuple(column.name for column in columns)
    places = {key: names.index(name) for key, name in _known_entries(names, "The table").items()}
    if not places:
        raise CustomerRecordError(
            f"The table has none of the columns {', '.join(KEYS)}; it has {', '.join(str(c.name) for c in columns)}."
        )
    types = {name: _type_of(columns[place]) for name, place in places.items()}
    for name, type_name in types.items():
        if type_name not in (*_TEXT_TYPES, *_NUMBERS_THAT_MAY_BE_MISSING):
            raise _wrong_type(name, type_name)
    for chunk in stream:
        values_by_name = {name: chunk.child(place).iter_py() for name, place in places.items()}
        for values in zip(*values_by_name.values(), strict=True):
            yield CustomerKeys(
                **{name: _of_column(value, name, types[name]) for name, value in zip(places, values, strict=True)}
            )


def _known_entries(names: tuple[Any, ...], what: str) -> Mapping[str, Any]:
    try:
        return entries_of_record(names)
    except RepeatedColumnError as error:
        raise CustomerRecordError(f"{what}: {error}; rename or remove one.") from None


def _type_of(column: Any) -> str:
    values = column.value_type if column.type.name == "DICTIONARY" else column
    return str(values.type.name.lower())


def _of_column(value: Any, name: str, type_name: str) -> str | None:
    if isinstance(value, str):
        return value
    if is_missing(value):
        return None
    raise _wrong_type(name, type_name)


def _wrong_type(name: str, type_name: str) -> CustomerRecordError:
    return CustomerRecordError(f"Column {name} is of type {type_name}; give text.")
