"""pandas: out of the database by ADBC, resolved in memory, back by ADBC.

As its guide recommends: strings in Arrow's layout (the default since pandas 3), methods of .str instead of Python
functions, merge() for joins, and an ADBC connection for read_sql() and to_sql().

Settings: none. pandas has one thread.
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
    import pandas  # noqa: PLC0415 - optional
    from adbc_driver_postgresql import dbapi  # noqa: PLC0415 - optional

    def key(column: pandas.Series) -> pandas.Series:
        if column.name not in NAMES:
            return column.str.strip(CODE_BLANKS)
        name = column.str.strip().str.replace(LEADING_REMARK, "", regex=True)
        name = name.str.replace(TRAILING_REMARK, "", regex=True)
        return name.str.replace(PUNCTUATION, "", regex=True).str.lower()

    with dbapi.connect(address) as connection:
        left = pandas.read_sql(RECORDS, connection, dtype_backend="pyarrow")
        aliases = pandas.read_sql(ALIASES, connection, dtype_backend="pyarrow")
        matched = []
        for match_type, column in MATCH_TYPES.items():
            of_this_type = aliases[aliases["match_type"] == match_type]
            left["alias_name"] = key(left[column])
            # pandas joins missing keys with each other; no alias is missing, so that this matches nothing.
            joined = left.merge(of_this_type, on="alias_name", how="left")
            found = joined["company_id"].notna()
            matched.append(joined.loc[found, ["record_id", "match_type", "company_id"]])
            left = joined.loc[~found].drop(columns=["alias_name", "match_type", "company_id"])
        unknown = left[["record_id"]].assign(match_type=None, company_id=None).astype(matched[0].dtypes)
        result = pandas.concat([*matched, unknown])
        schema, _, table = RESULT.partition(".")
        result.to_sql(table, connection, schema=schema, index=False)
        connection.commit()


CONTESTANTS = [Contestant("pandas", resolve, ("pandas==3.1.1", "adbc-driver-postgresql==1.13.0", "pyarrow==26.0.1"), 4)]
