"""Run by itself, in an environment that has the libraries: every type of column that is documented, read as records.

Prints the versions. What is read wrongly is an AssertionError that names the table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module, metadata
from typing import Any

from company_enrichment.errors import CustomerRecordError
from company_enrichment.mappings.rows import landed_rows
from company_enrichment.missing_values import is_missing
from company_enrichment.resolver.record_input import customer_keys

numpy, pandas, polars, pyarrow = map(import_module, ("numpy", "pandas", "polars", "pyarrow"))

# Longer than what a string view holds within itself.
LONG = "样例股份有限公司" * 4
CODES = ["P1", None, "P-3"]
NAMES = [LONG, "乙", None]
EXPECTED = list(zip(CODES, NAMES, strict=True))
MISSING = [(None, name) for name in NAMES]


def pandas_tables() -> Iterator[tuple[str, Any, list[Any]]]:
    """Tables of pandas, and what they say: plan code and customer name."""
    table = pandas.DataFrame({"plan_code": CODES, "amount": [1, None, 3], "customer_name": NAMES})
    yield "pandas", table, EXPECTED
    for type_name in ("string", "string[pyarrow]", "category", "object"):
        yield f"pandas {type_name}", table.astype({"plan_code": type_name, "customer_name": type_name}), EXPECTED
    for arrow_type in (pyarrow.string(), pyarrow.large_string()):
        yield f"pandas {arrow_type}", table.astype({"plan_code": pandas.ArrowDtype(arrow_type)}), EXPECTED
    mixed = pandas.DataFrame({"plan_code": ["P1", float("nan"), "P-3"], "customer_name": [LONG, "乙", pandas.NA]})
    yield "pandas with NaN and NA", mixed, EXPECTED
    for missing in (float("nan"), None, pandas.NA, pandas.NaT):
        yield f"pandas nothing but {missing}", table.assign(plan_code=[missing] * 3), MISSING
    yield "pandas nullable integers, all missing", table.assign(plan_code=pandas.array([None] * 3, "Int64")), MISSING
    yield "pandas Chinese", table.rename(columns={"plan_code": "计划代码", "customer_name": "Customer Name"}), EXPECTED
    yield "pandas with what Arrow knows not", table.assign(other=["x", 1, object()]), EXPECTED
    yield "pandas with two columns of another name", pandas.concat([table, table[["amount"]]], axis=1), EXPECTED
    yield "pandas records", table.to_dict("records"), EXPECTED
    yield "pandas empty", table.iloc[:0], []


def polars_tables() -> Iterator[tuple[str, Any, list[Any]]]:
    """Tables of polars."""
    table = polars.DataFrame({"plan_code": CODES, "amount": [1, None, 3], "customer_name": NAMES})
    yield "polars", table, EXPECTED
    yield "polars categories", table.with_columns(polars.col("plan_code").cast(polars.Categorical)), EXPECTED
    yield "polars enumeration", table.with_columns(polars.col("plan_code").cast(polars.Enum(["P1", "P-3"]))), EXPECTED
    yield "polars chunks", polars.concat([table, table], rechunk=False), EXPECTED * 2
    yield "polars nulls", table.with_columns(polars.lit(None).alias("plan_code")), MISSING
    yield "polars nothing but nulls", polars.DataFrame({"plan_code": [None, None]}), [(None, None)] * 2
    yield "polars nulls elsewhere", table.with_columns(polars.lit(None).alias("note")), EXPECTED
    yield "polars NaN", table.with_columns(polars.lit(float("nan")).alias("plan_code")), MISSING
    yield "polars lists elsewhere", table.with_columns(polars.Series("note", [[1], None, [2]])), EXPECTED
    yield "polars rows", table.to_dicts(), EXPECTED


def pyarrow_tables() -> Iterator[tuple[str, Any, list[Any]]]:
    """Tables of pyarrow."""
    names = pyarrow.array(NAMES)
    for type_name in ("string", "large_string", "string_view"):
        if hasattr(pyarrow, type_name):
            codes = pyarrow.array(CODES, getattr(pyarrow, type_name)())
            yield f"pyarrow {type_name}", pyarrow.table({"plan_code": codes, "customer_name": names}), EXPECTED
    table = pyarrow.table({"plan_code": pyarrow.array(CODES), "customer_name": names})
    yield "pyarrow dictionary", table.set_column(0, "plan_code", table["plan_code"].dictionary_encode()), EXPECTED
    yield "pyarrow nulls", table.set_column(0, "plan_code", pyarrow.nulls(3)), MISSING
    yield "pyarrow batches", pyarrow.RecordBatchReader.from_batches(table.schema, table.to_batches()), EXPECTED
    yield "pyarrow rows", table.to_pylist(), EXPECTED
    scalars = [{"plan_code": table["plan_code"][1], "customer_name": LONG}]
    yield "pyarrow null in a dictionary", scalars, [(None, LONG)]


def refused(make: Callable[[], Any], said: str) -> None:
    """Assert that a table is refused with this sentence."""
    try:
        list(customer_keys(make()))
    except CustomerRecordError as error:
        assert said in str(error), (said, str(error))
    else:
        raise AssertionError(f"not refused: {said}")


def refusals() -> None:
    """What is no text is refused by its column: a code that is a number has lost its zeros."""
    refused(lambda: pandas.DataFrame({"plan_code": [600000009, None]}), "Column plan_code is of type double; give text")
    refused(lambda: pandas.DataFrame({"plan_code": [1]}), "Column plan_code is of type int64; give text")
    refused(lambda: pandas.DataFrame({"plan_code": ["P1", 2]}), "The table cannot be read")
    refused(lambda: polars.DataFrame({"plan_code": [1]}), "Column plan_code is of type int64; give text")
    refused(lambda: pyarrow.table({"x": [1]}), "The table has none of the columns")
    twice = pandas.DataFrame([["P1", "P2"]], columns=["plan_code", "计划代码"])
    refused(lambda: twice, "plan_code and 计划代码 are both the column plan_code")


def mappings() -> None:
    """Parts of mappings as these libraries hand them over."""
    rows = [
        ("plan", numpy.int64(600000009), numpy.float64(600000009.0)),
        ("plan", numpy.float32(7.0), numpy.int32(5)),
        (numpy.str_("plan"), pyarrow.scalar("P1"), pyarrow.scalar(600000009.0)),
        ("plan", pandas.NA, pandas.NaT),
        ("plan", numpy.float64("nan"), pyarrow.scalar(None)),
    ]
    assert [row[1:] for row in landed_rows(rows)] == [
        ("plan", "600000009", "600000009", None),
        ("plan", "7", "5", None),
        ("plan", "P1", "600000009", None),
        ("plan", None, None, None),
        ("plan", None, None, None),
    ]
    [(*_, problem)] = landed_rows([("plan", "P1", numpy.float32(600000009.0))])
    assert problem is not None and "has lost digits" in problem
    # A gap makes floats of whole numbers.
    table = pandas.DataFrame({"match_type": ["plan"] * 2, "别名": ["P1", "P2"], "company_id": [600000009, None]})
    expected = [("plan", "P1", "600000009", None), ("plan", "P2", None, None)]
    assert [row[1:] for row in landed_rows(table.to_dict("records"))] == expected
    assert [row[1:] for row in landed_rows(table.itertuples(index=False))] == expected


def main() -> None:
    """Read them all."""
    for tables in (pandas_tables, polars_tables, pyarrow_tables):
        for name, table, expected in tables():
            found = [(keys.plan_code, keys.customer_name) for keys in customer_keys(table)]
            assert found == expected, (name, found)
    for missing in (pandas.NA, pandas.NaT, numpy.nan, numpy.float32("nan"), numpy.datetime64("NaT")):
        assert is_missing(missing), repr(missing)
    for present in (numpy.bool_(False), numpy.int64(0), numpy.array([1.0, 2.0]), numpy.str_("")):
        assert not is_missing(present), repr(present)
    refusals()
    mappings()
    print(", ".join(f"{name} {metadata.version(name)}" for name in ("pandas", "polars", "pyarrow", "nanoarrow")))


if __name__ == "__main__":
    main()
