"""Polars: out of the database by ADBC, resolved in memory with all processors, back by ADBC.

As its guide recommends: expressions instead of Python functions, so that it runs in Rust and in parallel; a lazy query;
ADBC, which moves columns by COPY, to read and to write.

Settings: none. The number of threads is that of the processors, and the ADBC driver has its default batch size.
"""

from __future__ import annotations

from batch_runs.contestants import (
    ALIASES,
    CODE_BLANKS,
    LEADING_REMARK,
    MATCH_TYPES,
    NAMES,
    PUNCTUATION,
    RECORDS,
    RESULT,
    TRAILING_REMARK,
    Contestant,
)


def resolve(address: str) -> None:
    """Match type by match type, each with what the ones before have left."""
    import polars  # noqa: PLC0415 - optional

    def key(column: str) -> polars.Expr:
        if column not in NAMES:
            return polars.col(column).str.strip_chars(CODE_BLANKS)
        name = polars.col(column).str.strip_chars().str.replace(LEADING_REMARK, "").str.replace(TRAILING_REMARK, "")
        return name.str.replace_all(PUNCTUATION, "").str.to_lowercase()

    left = polars.read_database_uri(RECORDS, address, engine="adbc").lazy()
    aliases = polars.read_database_uri(ALIASES, address, engine="adbc").lazy()
    matched = []
    for match_type, column in MATCH_TYPES.items():
        of_this_type = aliases.filter(polars.col("match_type") == match_type)
        joined = left.with_columns(key(column).alias("alias_name")).join(of_this_type, on="alias_name", how="left")
        found = polars.col("company_id").is_not_null()
        matched.append(joined.filter(found).select("record_id", "match_type", "company_id"))
        left = joined.filter(~found).drop("alias_name", "match_type", "company_id")
    nothing = polars.lit(None, polars.String)
    unknown = left.select("record_id", nothing.alias("match_type"), nothing.alias("company_id"))
    result = polars.concat([*matched, unknown]).collect()
    result.write_database(RESULT, address, engine="adbc")


CONTESTANTS = [Contestant("Polars", resolve, ("polars==2.1.0", "adbc-driver-postgresql==1.13.0", "pyarrow==26.0.1"), 2)]
