"""Reads XML of workbooks as a stream, with nothing that XML offers for harm: no entities, no endless texts."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import Protocol
from xml.parsers import expat

from company_enrichment.files.cells import WorkbookFaultError

CHUNK = 256 * 1024
LONGEST_TEXT = 1_000_000
"""Characters of a cell. Spreadsheet programs take 32,767."""
OUT_OF_MEMORY = 1
_REFERENCE = re.compile("&(?:([a-z]+);|#x([0-9a-fA-F]{1,8});|#([0-9]{1,8});|)")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
UTF_8 = re.compile(
    rb"""(?:\xef\xbb\xbf)?\s*(?:<\?xml(?![^<>]*encoding\s*=\s*["'](?!utf-8["']))[^<>]*>\s*)?<(?!\?)""", re.IGNORECASE
)
"""The beginning of XML in UTF-8, which needs no parser to be read."""
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


class Stream(Protocol):
    """What is read in pieces."""

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, none at the end."""


class XmlParser:
    """An expat parser whose handlers get names without their namespace prefix; attributes keep theirs."""

    def __init__(
        self,
        start: Callable[[str, dict[str, str]], None],
        text: Callable[[str], None] | None = None,
        end: Callable[[str], None] | None = None,
    ) -> None:
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = lambda name, attributes: start(name.rpartition(":")[2], attributes)
        if end is not None:
            self._parser.EndElementHandler = lambda name: end(name.rpartition(":")[2])
        self._parser.CharacterDataHandler = text
        self._parser.StartDoctypeDeclHandler = _refuse_doctype

    def feed(self, data: bytes, *, is_last: bool = False) -> None:
        """Parse the next bytes.

        Raises WorkbookFaultError when they are no XML, MemoryError when there is no memory for them.
        """
        try:
            self._parser.Parse(data, is_last)
        except expat.ExpatError as error:
            if error.code == OUT_OF_MEMORY:
                raise MemoryError from error
            raise damaged(f"its XML is broken ({error})") from error


def parse(
    stream: Stream,
    start: Callable[[str, dict[str, str]], None],
    text: Callable[[str], None] | None = None,
    end: Callable[[str], None] | None = None,
) -> None:
    """Parse a stream to its end; errors as in XmlParser."""
    parser = XmlParser(start, text, end)
    while data := stream.read(CHUNK):
        parser.feed(data)
    parser.feed(b"", is_last=True)


def unescaped(text: str) -> str:
    """Return a text with the characters that workbooks write as _x000D_."""
    if "_x" not in text:
        return text
    plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def damaged(what: str) -> WorkbookFaultError:
    """Return the fault of a file that was a workbook once."""
    return WorkbookFaultError(
        f"is damaged: {what}. Open it in a spreadsheet program and save it anew, or get another copy of it"
    )


def too_long() -> WorkbookFaultError:
    """Return the fault of a cell that no spreadsheet program has written."""
    return WorkbookFaultError(
        f"has a cell of more than {LONGEST_TEXT:,} characters; spreadsheet programs take 32,767. "
        "Remove it and save the file anew"
    )


def _refuse_doctype(*_: object) -> None:
    raise damaged("its XML declares a document type, which no workbook has")


def text_of(data: bytes) -> str:
    """Return the text of an element that holds nothing but text."""
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
