"""What records may be handed over as: typed, as dictionaries, or as a table of any library that speaks Arrow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any

from company_enrichment.column_names import RepeatedColumnError, entries_of_record
from company_enrichment.errors import ConfigurationError, CustomerRecordError
from company_enrichment.missing_values import is_missing
from company_enrichment.records import KEYS, CustomerKeys
from company_enrichment.unusable_text import text_fault

_texts_of = attrgetter(*KEYS)


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
    known: Mapping[str, str] = {}
    names = _column_names(table)
    if names is not None:
        known = _known_entries(names, "The table")
        table = _selected(table, list(known.values()))
    stream = _stream(table)
    columns = [stream.schema.field(position) for position in range(stream.schema.n_fields)]
    if names is None:
        names = tuple(column.name for column in columns)
        known = _known_entries(names, "The table")
    if not known:
        raise CustomerRecordError(
            f"The table has none of the columns {', '.join(KEYS)}; it has {', '.join(map(str, names)) or 'none'}."
        )
    types = {column.name: _type_of(column) for column in columns}
    # Polars gives a column of nothing but nulls a buffer that there should not be, and it cannot be read.
    present = {key: name for key, name in known.items() if types[name] != "null"}
    if len(present) < len(known) and hasattr(table, "__len__"):
        if not present:
            yield from (CustomerKeys() for _ in range(len(table)))
            return
        table = _selected(table, list(present.values()))
        stream = _stream(table)
    places = [stream.schema.field(position).name for position in range(stream.schema.n_fields)]
    wanted = [(key, places.index(name), name) for key, name in present.items()]
    # Not column by column: a column of string views is damaged when it is taken out of its table.
    for values in stream.iter_tuples():
        yield CustomerKeys(**{key: _of_column(values[place], name, types[name]) for key, place, name in wanted})


def _column_names(table: Any) -> tuple[Any, ...] | None:
    """Return the names of a table's columns as its library has them; None where it does not say them."""
    names = getattr(table, "column_names", None)
    if names is None:
        names = getattr(table, "columns", None)
    return None if names is None or callable(names) else tuple(names)


def _selected(table: Any, names: list[str]) -> Any:
    """Return the table with these columns only: of the others, no value needs to be one that Arrow knows."""
    if not names:
        return table
    return table.select(names) if hasattr(table, "select") else table[names]


def _stream(table: Any) -> Any:
    try:
        import nanoarrow  # noqa: PLC0415 - an extra
    except ImportError:
        raise ConfigurationError(
            "Records in a table need the extra: pip install 'company-enrichment[arrow]'. Or give dictionaries."
        ) from None
    try:
        return nanoarrow.ArrayStream(table)
    except ImportError as error:
        # pandas exports its tables by pyarrow.
        raise ConfigurationError(f"The table cannot be read: {error} Or give dictionaries.") from error
    except (TypeError, ValueError) as error:
        # What pyarrow says of a column of texts and numbers; its own errors are of these classes.
        raise CustomerRecordError(f"The table cannot be read: {error}. Give text in each column.") from error


def _known_entries(names: tuple[Any, ...], what: str) -> Mapping[str, Any]:
    try:
        return entries_of_record(names)
    except RepeatedColumnError as error:
        raise CustomerRecordError(f"{what}: {error}; rename or remove one.") from None


def _type_of(column: Any) -> str:
    values = column.value_type if column.type.name == "DICTIONARY" else column
    return str(values.type.name.lower())


def _of_column(value: Any, name: str, type_name: str) -> str | None:
    """Return a text, or None for what is missing, of which a column of any type may have nothing else."""
    if isinstance(value, str):
        return value
    if is_missing(value):
        return None
    raise CustomerRecordError(f"Column {name} is of type {type_name}; give text.")


def faults_of_records(records: Sequence[CustomerKeys]) -> dict[int, str]:
    """Return what keeps records from being sent to the database, by their positions."""
    texts = [text for record in records for text in _texts_of(record) if text is not None]
    if text_fault("".join(texts)) is None:
        return {}
    faults = {position: _fault(record) for position, record in enumerate(records)}
    return {position: fault for position, fault in faults.items() if fault is not None}


def _fault(record: CustomerKeys) -> str | None:
    for key in KEYS:
        text = getattr(record, key)
        fault = None if text is None else text_fault(text)
        if fault is not None:
            return f"{key} {fault}"
    return None
