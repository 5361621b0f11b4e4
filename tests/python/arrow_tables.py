"""Tables for tests, as libraries that speak Arrow hand them over."""

from __future__ import annotations

from typing import Any

import nanoarrow


class Table:
    """A table of some library, as its Arrow interface shows it."""

    def __init__(self, **columns: Any) -> None:
        struct = nanoarrow.struct({name: column.schema for name, column in columns.items()})
        length = len(next(iter(columns.values())))
        self._array = nanoarrow.c_array_from_buffers(
            struct, length, [None], children=[nanoarrow.c_array(column) for column in columns.values()]
        )

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return nanoarrow.ArrayStream(nanoarrow.c_array_stream(self._array)).__arrow_c_stream__(requested_schema)
