"""How a text file with columns is to be read: in which encoding, and with which delimiter.

UTF-8 is what is expected. Excel also writes GBK ("CSV" on a Chinese Windows) and UTF-16 ("Unicode text"). What is in
doubt stays UTF-8, where a row that is none is rejected by its line: a wrong guess would make wrong names of right
ones. Other encodings, such as Big5 or Shift-JIS, are read when they are named.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Self

from company_enrichment.errors import ConfigurationError, InputFileError

_MARKS = (
    # That of UTF-32 begins like that of UTF-16.
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF8, "UTF-8"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
# With the byte order mark, which is none of the text.
_READ_AS = {"UTF-8": "utf-8-sig"}
_DELIMITERS = (",", ";", "\t", "|")
_HEAD = 64 * 1024
# The plane of Big5 that is sorted by how common characters are begins and ends here.
_FREQUENT_IN_BIG5 = (b"\xa4\x40", b"\xc6\x7f")
# The line by which Excel is told the delimiter; an editor may have put it into quotes.
_DELIMITER_LINE = re.compile(r'\ufeff?"?sep=([^"\r\n])"?[ \t]*(\r\n|\r|\n|$)', re.IGNORECASE)
# What only a file of another kind begins with.
_OTHER_KINDS = (
    (b"PK\x03\x04", "a workbook or an archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a workbook of Excel"),
    (b"%PDF-", "a PDF document"),
    (b"\x1f\x8b", "compressed"),
)


@dataclass(frozen=True, kw_only=True)
class TextFile:
    """A file that can be read: encoding is a name for people, delimiter what stands between two cells.

    skipped_lines is how many lines above the header are none of the table: 1 where the file tells its delimiter.
    """

    path: Path
    encoding: str
    delimiter: str
    skipped_lines: int = 0

    def note(self) -> str | None:
        """Say how the file is read, where that is not as UTF-8."""
        return None if self.encoding == "UTF-8" else f"{self.path} is read as {self.encoding}: it is not UTF-8."

    def rows(self) -> Iterator[tuple[int, int, list[str]]]:
        """Yield the rows that are not empty, each with the lines it begins and ends in.

        Bytes that are invalid in the encoding become lone surrogates. Raises InputFileError that names the line where
        the file is no CSV file, or cannot be decoded any further.
        """
        with self.opened() as text:
            lines = _Lines(text, self.skipped_lines)
            reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
            while True:
                # A row may go on over several lines.
                line = max(lines.number, self.skipped_lines) + 1
                lines.is_before_row = True
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    raise InputFileError(f"{self.path}, line {line}: {error}") from error
                except UnicodeError as error:
                    raise InputFileError(
                        f"{self.path}, after line {line - 1}: {error.args[-1]} in encoding {self.encoding}."
                        " Name the encoding that the file has: --encoding"
                    ) from error
                if cells:
                    yield line, lines.number, cells

    def opened(self) -> io.TextIOWrapper:
        """Open the file in its encoding."""
        codec = _READ_AS.get(self.encoding, self.encoding)
        return self.path.open(encoding=codec, errors="surrogateescape", newline="")


class _Lines:
    """The lines of a text without those that are skipped; number is that of the line that was read last, from 1.

    Where files were put together, a byte order mark may be before a row. It is invisible anywhere, but a quotation mark
    behind it would begin no quoted cell: there it is left out. is_before_row says that the next line begins a row.
    """

    def __init__(self, text: Iterator[str], skipped: int) -> None:
        self._text = text
        self._skipped = skipped
        self.number = 0
        self.is_before_row = False

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        while self.number < self._skipped:
            next(self._text)
            self.number += 1
        line = next(self._text)
        self.number += 1
        if self.is_before_row:
            self.is_before_row = False
            if line.startswith('\ufeff"'):
                return line[1:]
        return line


def refuse_unknown_encoding(encoding: str | None) -> None:
    """Raise ConfigurationError when no text can be read in an encoding of this name."""
    try:
        "".encode(encoding or "utf-8")
    except (LookupError, ValueError):
        raise ConfigurationError(f"There is no encoding {encoding}.") from None


def text_file(
    path: Path, is_known: Callable[[str], bool], *, encoding: str | None = None, usual: str = ","
) -> TextFile:
    """Find out how a file is to be read.

    The encoding is the one that is given; otherwise that of the byte order mark, UTF-8 when the file is UTF-8,
    GB18030 when it is that, or else UTF-8. The delimiter is the one that gives the header the most columns that
    is_known() knows; when several do, the one that a first line ``sep=;`` tells, or else the usual one.

    Raises InputFileError when the file is in another encoding than the one that is given, is UTF-16 or UTF-32
    without a byte order mark, or is no text; ConfigurationError when there is no such encoding.
    """
    refuse_unknown_encoding(encoding)
    found = _encoding_of(path, encoding)
    head = _head(TextFile(path=path, encoding=found, delimiter=usual))
    told = _DELIMITER_LINE.match(head)
    if told is not None:
        usual, head = told[1], head[told.end() :]
    counts = dict.fromkeys((usual, *_DELIMITERS), 0)
    for delimiter in counts:
        counts[delimiter] = sum(1 for name in _first_row(head, delimiter) if is_known(name))
    return TextFile(
        path=path,
        encoding=found,
        delimiter=max(counts, key=lambda delimiter: counts[delimiter]),
        skipped_lines=0 if told is None else 1,
    )


def _head(file: TextFile) -> str:
    try:
        with file.opened() as text:
            return text.read(_HEAD)
    except UnicodeError:
        # Said with its line when the rows are read.
        return ""


def _first_row(head: str, delimiter: str) -> Sequence[str]:
    try:
        lines = io.StringIO(head, newline="")
        return next((cells for cells in csv.reader(lines, delimiter=delimiter) if "".join(cells).strip()), [])
    except csv.Error:
        return []


def _encoding_of(path: Path, given: str | None) -> str:
    with path.open("rb") as file:
        head = file.read(4096)
    for beginning, kind in _OTHER_KINDS:
        if head.startswith(beginning):
            raise InputFileError(
                f"{path} is {kind} and no text, whatever its name says. Give it the ending that it should have"
            )
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), None)
    if given is not None:
        return _given_encoding(path, given, marked)
    if marked is not None:
        return marked
    unmarked = _without_mark(head)
    if unmarked is not None:
        raise InputFileError(
            f"{path} looks like {unmarked.upper()} without a byte order mark: name it, --encoding {unmarked}"
        )
    right, wrong = _utf8_lines(path)
    # Now and then a line of GB18030 is UTF-8 as well. Where many are, the file is UTF-8 with some lines that are not.
    return "GB18030" if wrong > 10 * right and _is_gb18030(path) else "UTF-8"


def _given_encoding(path: Path, given: str, marked: str | None) -> str:
    codec = codecs.lookup(given).name
    if marked is not None:
        if not codec.replace("_", "-").startswith(marked.lower()):
            raise InputFileError(
                f"{path} begins with the byte order mark of {marked}, and is not {given}. Leave out --encoding"
            )
        return marked
    if codec in ("utf-8", "utf-8-sig"):
        return "UTF-8"
    if not codec.startswith(("utf", "ascii")) and _is_utf8_beyond_doubt(path):
        raise InputFileError(f"{path} is UTF-8, and not {given}. Leave out --encoding")
    return given


def _without_mark(head: bytes) -> str | None:
    """Return the encoding of texts whose ASCII letters have NULs beside them; None when there are no such texts.

    One NUL in twenty bytes is less than the separators of a table in Chinese make, and more than a damaged file has.
    """
    if head.count(0) * 20 < len(head) or head.count(0) <= 1:
        return None
    # No character has a number beyond 10FFFF.
    if not any(head[3::4]) and max(head[2::4], default=0) <= 0x10:  # noqa: PLR2004
        return "utf-32-le"
    if not any(head[::4]) and max(head[1::4], default=0) <= 0x10:  # noqa: PLR2004
        return "utf-32-be"
    first, second = head[::2].count(0), head[1::2].count(0)
    if (first == 0) == (second == 0):
        return None
    return "utf-16-le" if first == 0 else "utf-16-be"


def _utf8_lines(path: Path) -> tuple[int, int]:
    """Count the lines beyond ASCII that are UTF-8, and those that are not."""
    right = wrong = 0
    with path.open("rb") as file:
        for line in file:
            if not line.isascii():
                try:
                    line.decode("utf-8")
                except UnicodeDecodeError:
                    wrong += 1
                else:
                    right += 1
    return right, wrong


def _is_gb18030(path: Path) -> bool:
    """Say whether a file is GB18030, and for the most part in the characters that Chinese is written with.

    Nearly any bytes decode as GB18030; of other encodings, mostly rare characters come.
    """
    usual = beyond_ascii = 0
    with path.open("rb") as file:
        for line in file:
            try:
                text = line.decode("gb18030")
            except UnicodeDecodeError:
                return False
            if not text.isascii():
                letters = "".join(character for character in text if not character.isascii())
                beyond_ascii += len(letters)
                usual += sum(map(_is_usual, letters))
    return usual * 4 >= beyond_ascii * 3


@lru_cache(maxsize=8192)
def _is_usual(character: str) -> bool:
    """Say whether a character is one of GB2312, or of the more frequent half of Big5: those of traditional names."""
    if character.encode("gb2312", "ignore"):
        return True
    return _FREQUENT_IN_BIG5[0] <= character.encode("big5", "ignore") < _FREQUENT_IN_BIG5[1]


def _is_utf8_beyond_doubt(path: Path) -> bool:
    """Say whether a file is UTF-8 and has a character of three bytes, such as every Chinese one is."""
    beyond_doubt = False
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while block := file.read(1024 * 1024):
                beyond_doubt = max(decoder.decode(block), default="") > "\u07ff" or beyond_doubt
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return beyond_doubt
