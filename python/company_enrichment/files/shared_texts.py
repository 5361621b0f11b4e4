"""Reads the texts that cells of an .xlsx file share: plain ones by a regular expression, others by the XML parser."""

from __future__ import annotations

import re

from company_enrichment.files.xml_parts import (
    CHUNK,
    LONGEST_TEXT,
    UTF_8,
    Stream,
    XmlParser,
    text_of,
    too_long,
    unescaped,
)

_HEAD = re.compile(rb"<sst(?:\s[^<>]*[^<>/])?>")
_ITEM = re.compile(rb"\s*(?:<si><t(?:\s[^<>/]*)?>([^<]*)</t></si>|(</sst>))|.", re.DOTALL)
_LONGEST_ITEM = 16 * 1024 * 1024


def read_texts(stream: Stream) -> list[str]:
    """Return the texts by their index.

    Raises WorkbookFaultError when the file is damaged, or a text longer than a cell can be.
    """
    texts: list[str] = []
    head = stream.read(CHUNK)
    found = _HEAD.search(head)
    if found is None or not UTF_8.match(head) or b"<!" in head[: found.end()]:
        _parse(stream, b"", head, texts)
        return texts
    head, buffer = head[: found.end()], head[found.end() :]
    while True:
        done = 0
        for item in _ITEM.finditer(buffer):
            text, end = item.groups()
            if text is None:
                if end is not None:
                    return texts
                break
            texts.append(unescaped(text_of(text)))
            done = item.end()
        buffer = buffer[done:]
        # An item that is not understood may only be incomplete.
        data = stream.read(CHUNK) if done or len(buffer) <= CHUNK else b""
        if not data:
            _parse(stream, head, buffer, texts)
            return texts
        buffer += data


def _parse(stream: Stream, head: bytes, rest: bytes, texts: list[str]) -> None:
    reader = _ItemReader(texts)
    parser = XmlParser(reader.start, reader.text, reader.end)
    parser.feed(head)
    data = rest
    while data:
        parser.feed(data)
        data = stream.read(CHUNK)
    parser.feed(b"", is_last=True)


class _ItemReader:
    """Collects the texts of items; how they are pronounced is no part of them."""

    def __init__(self, texts: list[str]) -> None:
        self._texts = texts
        self._pieces: list[str] = []
        self._length = 0
        self._is_text = False
        self._phonetic = 0

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        if name == "si":
            self._pieces, self._length = [], 0
        elif name == "rPh":
            self._phonetic += 1
        elif name == "t":
            self._is_text = not self._phonetic

    def text(self, data: str) -> None:
        if self._is_text:
            self._length += len(data)
            if self._length > LONGEST_TEXT:
                raise too_long()
            self._pieces.append(data)

    def end(self, name: str) -> None:
        if name == "t":
            self._is_text = False
        elif name == "rPh":
            self._phonetic -= 1
        elif name == "si":
            self._texts.append(unescaped("".join(self._pieces)))
