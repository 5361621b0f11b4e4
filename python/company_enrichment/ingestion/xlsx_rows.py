"""The rows of a sheet of an .xlsx file, read as a stream: what the sheet holds costs, not how far it extends.

Sheets as spreadsheet programs write them are read by one regular expression. Where it does not match, the XML parser
reads on from there. Both give the same cells.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import isfinite

from company_enrichment.ingestion.cells import (
    LAST_COLUMN,
    LAST_ROW,
    Cell,
    CellError,
    column_position,
)
from company_enrichment.ingestion.number_formats import NumberFormat, moment_of_text
from company_enrichment.ingestion.xml_parts import CHUNK, LONGEST_TEXT, Stream, XmlParser, damaged, too_long, unescaped

Row = tuple[int, bool, list[Cell]]
"""Number, whether it is hidden, and the cells up to the last that is not blank."""

_HEAD = re.compile(rb"<sheetData[^<>]*>")
_LONGEST_HEAD = 4 * 1024 * 1024
_UTF_8 = re.compile(
    rb"""(?:\xef\xbb\xbf)?\s*(?:<\?xml(?![^<>]*encoding\s*=\s*["'](?!utf-8["']))[^<>]*>)?\s*<""", re.IGNORECASE
)
_TOKEN = re.compile(
    rb"""\s*(?:
    <c\ r="([A-Z]{1,3})[0-9]{1,7}"([^<>/]*)
    (?:/>|>(?:<f(?:\ [^<>]*)?(?:/>|>[^<]*</f>))?
      (?:<v(?:\ [^<>/]*)?>([^<]*)</v>|<v/>|<is><t(?:\ [^<>/]*)?>([^<]*)</t></is>)?
    </c>)
    |<row([^<>]*)>
    |(</row>)
    |(</sheetData>)
    )|.""",
    re.VERBOSE | re.DOTALL,
)
_ATTRIBUTE = re.compile(rb"""([a-zA-Z:0-9]+)\s*=\s*["']([^"']*)["']""")
_MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\s[^<>]*?ref\s*=\s*["']([A-Za-z0-9:$]+)["']""")
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7}):\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_MOST_RANGES = 500_000
_MOST_CACHED = 100_000
_LONGEST_ROW = 16 * 1024 * 1024
_EXACT = 2**53
_SURELY_EXACT = 15
_TRUE = ("1", "true", "on")
_REFERENCE = re.compile("&(?:([a-z]+);|#x([0-9a-fA-F]{1,8});|#([0-9]{1,8});|)")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}


@dataclass(frozen=True)
class MergedRange:
    """A merged range: rows from 1, columns from 0, both ends included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int
    place: str


@dataclass
class CellReader:
    """Makes cells of what a sheet's XML says of them."""

    texts: list[str]
    formats: list[NumberFormat | None]
    _cached: dict[tuple[int, bytes], Cell] = field(default_factory=dict)

    def number(self, text: bytes, style: int) -> Cell:
        """Return the value of a cell of numbers."""
        how = self.formats[style] if style < len(self.formats) else None
        if how is None:
            return _plain_number(text)
        key = (style, text)
        if key not in self._cached:
            if len(self._cached) > _MOST_CACHED:
                self._cached.clear()
            plain = _plain_number(text)
            self._cached[key] = how.apply(plain) if isinstance(plain, int | float) else plain
        return self._cached[key]

    def cell(self, kind: str, style: int, text: str) -> Cell:
        """Return the value of a cell of a kind, as its attribute t names it."""
        if kind in ("", "n"):
            stripped = text.strip()
            return self.number(stripped.encode(), style) if stripped else None
        if kind == "s":
            return self.shared(text)
        if kind in ("str", "inlineStr"):
            return unescaped(text) or None
        if kind == "b":
            return text.strip().lower() in _TRUE
        if kind == "e":
            return CellError(text.strip()[:100] or "#N/A")
        if kind == "d":
            return moment_of_text(text.strip()) or None
        raise damaged(f"it has a cell of a kind that there is not: {kind[:20]}")

    def shared(self, text: str | bytes) -> Cell:
        """Return the shared text with this index."""
        try:
            index = int(text)
            if index >= 0:
                return self.texts[index] or None
        except (ValueError, IndexError):
            pass
        raise damaged("a cell refers to a text that the file does not hold")


def read_rows(stream: Stream, cells: CellReader) -> Iterator[Row]:
    """Yield the rows that hold a value, in the order of the file.

    Raises WorkbookFaultError when the sheet is damaged.
    """
    head = b""
    found = None
    while found is None and len(head) < _LONGEST_HEAD and (data := stream.read(CHUNK)):
        head += data
        found = _HEAD.search(head)
    if found is None or not _UTF_8.match(head) or b"<!" in head[: found.end()]:
        yield from _parsed(stream, cells, b"", head, 0)
    elif not found[0].endswith(b"/>"):
        yield from _scanned(stream, cells, head[: found.end()], head[found.end() :])


def _scanned(  # noqa: PLR0912, PLR0915 - a call for each cell would take a third longer
    stream: Stream, cells: CellReader, head: bytes, buffer: bytes
) -> Iterator[Row]:
    """Read by the regular expression; hands over to the parser where it does not match."""
    columns: dict[bytes, int] = {}
    suffixes: dict[bytes, tuple[int, str]] = {b"": (0, "")}
    texts, formats = cells.texts, [*cells.formats] or [None]
    dropped, stopped_before, wanted = 0, -1, CHUNK
    number, is_hidden = 0, False
    while True:
        # Up to here the rows are complete; what follows is read again when there is more of it.
        done, number_before = 0, number
        row: list[Cell] = []
        token = None
        for token in _TOKEN.finditer(buffer):
            letters, suffix, value, inline, opened, closed, last = token.groups()
            if letters is not None:
                if value is None and inline is None:
                    continue
                try:
                    position = columns[letters]
                    style, kind = suffixes[suffix]
                except KeyError:
                    position = columns[letters] = _position(letters)
                    style, kind = suffixes[suffix] = _style_and_kind(suffix)
                cell: Cell
                if kind == "s" and value:
                    try:
                        cell = texts[int(value)] or None
                    except (ValueError, IndexError):
                        cell = cells.shared(value)
                elif not kind and value:
                    if style < len(formats) and formats[style] is not None:
                        cell = cells.number(value, style)
                    else:
                        cell = int(value) if len(value) <= _SURELY_EXACT and value.isdigit() else _plain_number(value)
                else:
                    cell = cells.cell(kind, style, _text((value if inline is None else inline) or b""))
                if cell is None:
                    continue
                gap = position - len(row)
                if gap > 0:
                    row.extend([None] * gap)
                if gap >= 0:
                    row.append(cell)
                else:
                    row[position] = cell
            elif opened is not None:
                number, is_hidden = _row_attributes(opened, number)
                row = []
                if opened.endswith(b"/"):
                    done, number_before = token.end(), number
            elif closed is not None:
                if row:
                    yield number, is_hidden, row
                row = []
                done, number_before = token.end(), number
            elif last is not None:
                return
            else:
                break
        stopped = dropped + (token.start() if token is not None else 0)
        buffer, dropped, number = buffer[done:], dropped + done, number_before
        wanted = CHUNK if done else min(2 * wanted, _LONGEST_ROW)
        data = stream.read(wanted) if stopped != stopped_before and len(buffer) < _LONGEST_ROW else b""
        stopped_before = stopped
        if not data:
            # The row is written in a way that the expression does not know, or is not whole.
            yield from _parsed(stream, cells, head, buffer, number)
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
            self._number = _row_number(attributes.get("r"), self._number)
            self._is_hidden = attributes.get("hidden", "").lower() in _TRUE
            self._row, self._position = [], -1
        elif name == "c":
            reference = attributes.get("r", "").rstrip("0123456789")
            self._position = _position(reference.encode()) if reference else self._position + 1
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


def read_merged_ranges(stream: Stream) -> list[MergedRange]:
    """Read a sheet to its end, and return its merged ranges; they come after the rows.

    Raises WorkbookFaultError when the sheet cannot be unpacked, or has ranges without measure.
    """
    found: dict[str, MergedRange] = {}
    before = b""
    while data := stream.read(CHUNK):
        both = before + data
        if b"mergeCell" in both:
            for place in _MERGED.findall(both):
                merged = _merged_range(place.decode())
                if merged is not None:
                    found.setdefault(merged.place, merged)
            if len(found) > _MOST_RANGES:
                raise damaged(f"it has more than {_MOST_RANGES:,} merged ranges")
        before = both[-200:]
    return sorted(found.values(), key=lambda merged: (merged.first_row, merged.first_column))


def _merged_range(place: str) -> MergedRange | None:
    found = _RANGE.fullmatch(place.upper())
    if found is None:
        return None
    columns = sorted((column_position(found[1]), column_position(found[3])))
    rows = sorted((int(found[2]), int(found[4])))
    return MergedRange(rows[0], columns[0], rows[1], columns[1], place.upper().replace("$", ""))


def _position(letters: bytes) -> int:
    position = column_position(letters.decode().upper()) if letters.isalpha() else LAST_COLUMN
    if position >= LAST_COLUMN:
        raise damaged("it has a cell beyond the last column")
    return position


def _row_number(text: str | None, before: int) -> int:
    number = before + 1 if text is None else int(text) if text.isdecimal() and len(text) < len(str(LAST_ROW)) + 1 else 0
    if not 1 <= number <= LAST_ROW:
        raise damaged("it has a row beyond the last")
    return number


def _row_attributes(attributes: bytes, before: int) -> tuple[int, bool]:
    found = dict(_ATTRIBUTE.findall(attributes))
    number = found.get(b"r")
    return (
        _row_number(None if number is None else number.decode(), before),
        found.get(b"hidden", b"").decode().lower() in _TRUE,
    )


def _style_and_kind(suffix: bytes) -> tuple[int, str]:
    found = dict(_ATTRIBUTE.findall(suffix))
    style = found.get(b"s", b"0")
    return int(style) if style.isdigit() else 0, found.get(b"t", b"").decode()


def _plain_number(text: bytes) -> Cell:
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not isfinite(number):
        return CellError(text.decode("utf-8", "replace")[:100])
    return int(number) if number.is_integer() and abs(number) < _EXACT else number


def _text(data: bytes) -> str:
    """The text of an element that holds nothing but text."""
    if len(data) > 4 * LONGEST_TEXT:
        raise too_long()
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise damaged(f"its XML is broken ({error})") from error
    return _REFERENCE.sub(_character, text) if "&" in text else text


def _character(reference: re.Match[str]) -> str:
    named, hexadecimal, decimal = reference.groups()
    if named in _NAMED:
        return _NAMED[named]
    number = int(hexadecimal, 16) if hexadecimal else int(decimal) if decimal else sys.maxunicode + 1
    if number > sys.maxunicode:
        raise damaged("its XML is broken (an unknown entity)")
    return chr(number)
