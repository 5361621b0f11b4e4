"""The rows of a sheet of an .xlsx file, read as a stream: what the sheet holds costs, not how far it extends.

Sheets as spreadsheet programs write them are read by one regular expression. Where it does not match, the XML parser
reads on from there. Both give the same cells.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from typing import Any, NamedTuple

from company_enrichment.files.cells import LAST_COLUMN, LAST_ROW, Cell, column_letters
from company_enrichment.files.xlsx_cells import (
    SURELY_EXACT,
    TRUE,
    CellReader,
    Row,
    plain_number,
    position_of,
    row_number,
)
from company_enrichment.files.xml_parts import (
    CHUNK,
    LONGEST_TEXT,
    UTF_8,
    Stream,
    XmlParser,
    damaged,
    text_of,
    too_long,
)

_HEAD = re.compile(rb"<sheetData[^<>]*>")
_LONGEST_HEAD = 4 * 1024 * 1024
_CONTENT = rb"""(?:/>|>(?:<f(?:\ [^<>]*)?(?:/>|>[^<]*</f>))?
    (?:(?:<v(?:\ [^<>/]*)?>|<is><t(?:\ [^<>/]*)?>)([^<]*)(?:</v>|</t></is>)|<v/>)?</c>)"""
_TOKEN = re.compile(
    rb"""\s*(?:
    <c\ r="([A-Z]{1,3})[0-9]{1,7}"([^<>/]*)"""
    + _CONTENT
    + rb"""
    |<row([^<>]*)>
    |(</row>)
    |(</sheetData>)
    )|.""",
    re.VERBOSE | re.DOTALL,
)
# A column of a row that is read at once: its cell may be missing, and no attempt is repeated.
_COLUMN = b'(?:<c r="%s[0-9]{1,7}"([^<>/]*)' + re.sub(rb"\n *", b"", _CONTENT).replace(b"%", b"%%") + b")?+"
_WIDEST_LEARNT = 300
_ATTRIBUTE = re.compile(rb"""([a-zA-Z:0-9]+)\s*=\s*["']([^"']*)["']""")
_NUMBERED = re.compile(rb'\s+r="([1-9][0-9]{0,6})"')
_MOST_CACHED = 100_000
_LONGEST_ROW = 16 * 1024 * 1024


def read_rows(stream: Stream, cells: CellReader) -> Iterator[Row]:
    """Yield the rows that hold a value, in the order of the file.

    Raises WorkbookFaultError when the sheet is damaged.
    """
    head = b""
    found = None
    while found is None and len(head) < _LONGEST_HEAD and (data := stream.read(CHUNK)):
        head += data
        found = _HEAD.search(head)
    if found is None or not UTF_8.match(head) or b"<!" in head[: found.end()]:
        yield from _parsed(stream, cells, b"", head, 0)
    elif not found[0].endswith(b"/>"):
        yield from _scanned(stream, cells, head[: found.end()], head[found.end() :])


class _Scanner:
    """Makes rows of a sheet's bytes by regular expressions."""

    def __init__(self, cells: CellReader) -> None:
        self._cells = cells
        self._texts = [text or None for text in cells.texts]
        self._columns: dict[bytes, int] = {}
        self._suffixes: dict[bytes, _Kind] = {}
        self._whole: re.Pattern[bytes] | None = None
        self._width = 0
        self.number = 0
        """Number of the last row that was read."""
        self.is_at_end = False

    def rows(self, buffer: bytes) -> Generator[Row, None, tuple[int, int]]:
        """Yield the rows that are complete; returns up to where they reach, and where nothing more is understood."""
        done = 0
        while True:
            found = self._whole.match(buffer, done) if self._whole is not None else None
            if found is not None:
                groups = found.groups()
                done = found.end()
                self.number, is_hidden = _row_attributes(groups[0], self.number)
                row = self._values(groups)
            else:
                read = self._row(buffer, done)
                if isinstance(read, int):
                    return done, read
                done, self.number, is_hidden, row = read
            if row:
                yield self.number, is_hidden, row

    def _values(self, groups: tuple[Any, ...]) -> list[Cell]:
        """The cells of a row; groups: attributes of the row, then of each column those of its cell and its content."""
        row: list[Cell] = []
        append, texts, suffixes = row.append, self._texts, self._suffixes
        for suffix, value in zip(groups[1::2], groups[2::2], strict=True):
            if value is None:
                append(None)
                continue
            kind = suffixes.get(suffix) or self._kind(suffix)
            if kind.is_shared and value.isdigit():
                index = int(value)
                append(texts[index] if index < len(texts) else self._cells.shared(value))
            elif not kind.is_plain:
                append(kind.known.get(value) or self._value(kind, value))
            elif value.isdigit() and len(value) <= SURELY_EXACT:
                append(int(value))
            else:
                append(self._value(kind, value))
        while row and row[-1] is None:
            row.pop()
        return row

    def _value(self, kind: _Kind, value: bytes) -> Cell:
        if kind.is_plain and value:
            return plain_number(value)
        if kind.name or not value:
            return self._cells.cell(kind.name, kind.style, text_of(value))
        cell = self._cells.number(value, kind.style)
        if len(kind.known) > _MOST_CACHED:
            kind.known.clear()
        kind.known[value] = cell
        return cell

    def _row(self, buffer: bytes, begin: int) -> tuple[int, int, bool, list[Cell]] | int:
        """Read a row by its tokens: its end, its number, whether it is hidden, its cells; or where it is unknown."""
        number, is_hidden, row = self.number, False, list[Cell]()
        for token in _TOKEN.finditer(buffer, begin):
            letters, suffix, value, opened, closed, last = token.groups()
            if letters is not None:
                cell = None if value is None else self._value(self._suffixes.get(suffix) or self._kind(suffix), value)
                if cell is not None:
                    position = self._columns.get(letters, -1)
                    if position < 0:
                        position = self._columns[letters] = position_of(letters)
                    row.extend([None] * (position + 1 - len(row)))
                    row[position] = cell
            elif opened is not None:
                number, is_hidden = _row_attributes(opened, number)
                if opened.endswith(b"/"):
                    return token.end(), number, is_hidden, row
            elif closed is not None:
                self._learn(len(row))
                return token.end(), number, is_hidden, row
            else:
                self.is_at_end = last is not None
                return token.start()
        return len(buffer)

    def _kind(self, suffix: bytes) -> _Kind:
        style, name = _style_and_kind(suffix)
        formats = self._cells.formats
        has_format = style < len(formats) and formats[style] is not None
        self._suffixes[suffix] = kind = _Kind(style, name, name == "s", not name and not has_format, {})
        return kind

    def _learn(self, width: int) -> None:
        """Have rows of this width read by one match each, which takes half as long."""
        if self._width < width <= _WIDEST_LEARNT:
            self._width = width
            columns = b"".join(_COLUMN % column_letters(position).encode() for position in range(width))
            self._whole = re.compile(rb"\s*<row((?:\s[^<>]*[^<>/])?)>" + columns + b"</row>")


class _Kind(NamedTuple):
    """What the attributes of a cell say."""

    style: int
    name: str
    is_shared: bool
    is_plain: bool
    known: dict[bytes, Cell]
    """What numbers of its format are."""


def _scanned(stream: Stream, cells: CellReader, head: bytes, buffer: bytes) -> Iterator[Row]:
    """Read by regular expressions; hands over to the parser where they do not match."""
    scanner = _Scanner(cells)
    dropped, stopped_before, wanted = 0, -1, CHUNK
    while True:
        done, stopped = yield from scanner.rows(buffer)
        if scanner.is_at_end:
            return
        buffer, dropped, stopped = buffer[done:], dropped + done, dropped + stopped
        wanted = CHUNK if done else min(2 * wanted, _LONGEST_ROW)
        data = stream.read(wanted) if stopped != stopped_before and len(buffer) < _LONGEST_ROW else b""
        stopped_before = stopped
        if not data:
            # The row is written in a way that the expressions do not know, or is not whole.
            yield from _parsed(stream, cells, head, buffer, scanner.number)
            return
        buffer += data


def _parsed(stream: Stream, cells: CellReader, head: bytes, rest: bytes, number: int) -> Iterator[Row]:
    """Read by the XML parser: the head of the sheet, then what was read of its rows, then the stream."""
    reader = _ElementReader(cells, number)
    parser = XmlParser(reader.start, reader.text, reader.end)
    data = head + rest
    while data:
        for begin in range(0, len(data), CHUNK):
            parser.feed(data[begin : begin + CHUNK])
            yield from reader.taken()
        data = stream.read(CHUNK)
    parser.feed(b"", is_last=True)
    yield from reader.taken()


class _ElementReader:
    """Makes rows of a sheet's elements."""

    def __init__(self, cells: CellReader, number: int) -> None:
        self._cells = cells
        self._rows: list[Row] = []
        self._row: list[Cell] = []
        self._number, self._is_hidden = number, False
        self._position, self._style, self._kind = -1, 0, ""
        self._within: list[str] = []
        self._pieces: list[str] = []
        self._length = 0
        self._is_value = False

    def taken(self) -> list[Row]:
        """Return the rows that are complete, once."""
        rows, self._rows = self._rows, []
        return rows

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._within.append(name)
        if name == "row":
            self._number = row_number(attributes.get("r"), self._number)
            self._is_hidden = attributes.get("hidden", "").lower() in TRUE
            self._row, self._position = [], -1
        elif name == "c":
            reference = attributes.get("r", "").rstrip("0123456789")
            self._position = position_of(reference.encode()) if reference else self._position + 1
            if self._position >= LAST_COLUMN:
                raise damaged("it has a cell beyond the last column")
            style = attributes.get("s", "0")
            self._style = int(style) if style.isdecimal() else 0
            self._kind = attributes.get("t", "")
            self._pieces, self._length = [], 0
        elif name == "v" or (name == "t" and "is" in self._within and "rPh" not in self._within):
            self._is_value = True

    def text(self, data: str) -> None:
        if self._is_value:
            self._length += len(data)
            if self._length > LONGEST_TEXT:
                raise too_long()
            self._pieces.append(data)

    def end(self, name: str) -> None:
        self._within.pop()
        if name in ("v", "t"):
            self._is_value = False
        elif name == "c":
            cell = self._cells.cell(self._kind, self._style, "".join(self._pieces)) if self._pieces else None
            if cell is not None:
                self._row.extend([None] * (self._position + 1 - len(self._row)))
                self._row[self._position] = cell
        elif name == "row" and self._row:
            self._rows.append((self._number, self._is_hidden, self._row))
            self._row = []


def _row_attributes(attributes: bytes, before: int) -> tuple[int, bool]:
    numbered = _NUMBERED.match(attributes)
    if numbered is not None and b"hidden" not in attributes and int(numbered[1]) <= LAST_ROW:
        return int(numbered[1]), False
    found = dict(_ATTRIBUTE.findall(attributes))
    number = found.get(b"r")
    return (
        row_number(None if number is None else number.decode(), before),
        found.get(b"hidden", b"").decode().lower() in TRUE,
    )


def _style_and_kind(suffix: bytes) -> tuple[int, str]:
    found = dict(_ATTRIBUTE.findall(suffix))
    style = found.get(b"s", b"0")
    return int(style) if style.isdigit() else 0, found.get(b"t", b"").decode()
