"""The parts of an .xlsx or .xlsm file other than rows: its ZIP container, its sheets, formats and texts."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO
from urllib.parse import unquote

from company_enrichment.files.cells import WorkbookFaultError
from company_enrichment.files.number_formats import NumberFormat, number_format
from company_enrichment.files.shared_texts import read_texts
from company_enrichment.files.xml_parts import damaged, parse

_MEGABYTE = 1024 * 1024
_SMALL_PART = 64 * _MEGABYTE
_LARGEST_PART = 8 * 1024 * _MEGABYTE
_HARMLESS = 64 * _MEGABYTE
_HIGHEST_RATIO = 200
_ENCRYPTED = 1
_TRUE = ("1", "true", "on")


def _ignored() -> None:
    pass


@dataclass(frozen=True, kw_only=True)
class SheetEntry:
    """A sheet of the list of sheets."""

    name: str
    is_hidden: bool
    part: str
    """Name of its part of the file, '' where there is none."""


class Part:
    """A part of the container, read as a stream.

    Raises WorkbookFaultError when it is damaged, or grows without measure.
    """

    def __init__(
        self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, on_read: Callable[[], None], largest: int
    ) -> None:
        self._info = info
        self._on_read = on_read
        self._largest = largest
        self._read = 0
        if info.flag_bits & _ENCRYPTED:
            raise WorkbookFaultError("is a ZIP archive with a password, which no workbook is. Unpack it first")
        try:
            self._stream: IO[bytes] = archive.open(info)
        except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, EOFError) as error:
            raise damaged(f"its part {info.filename} cannot be read ({error})") from error

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, none at the end."""
        self._on_read()
        try:
            data = self._stream.read(size)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
            raise damaged(f"its part {self._info.filename} cannot be read ({error or 'it ends too early'})") from error
        self._read += len(data)
        is_bomb = self._read > _HARMLESS and self._read > _HIGHEST_RATIO * max(self._info.compress_size, 1)
        if self._read > self._largest or is_bomb:
            raise WorkbookFaultError(
                f"unpacks to more than {self._read // _MEGABYTE:,} MB from {self._info.compress_size // 1024:,} kB in"
                f" its part {self._info.filename}. No sheet of data does: save it anew without what is not needed"
            )
        return data

    def close(self) -> None:
        """Close it."""
        self._stream.close()


class XlsxPackage:
    """The container of an .xlsx or .xlsm file; on_read is called before each piece that is read of it.

    Raises WorkbookFaultError when it is damaged, or no workbook.
    """

    def __init__(self, file: IO[bytes], on_read: Callable[[], None] = _ignored) -> None:
        self._on_read = on_read
        try:
            self._archive = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, EOFError) as error:
            raise damaged(f"it begins like a workbook, and is incomplete ({error})") from error
        self._infos = {_key(info.filename): info for info in self._archive.infolist()}
        self._workbook = self._workbook_part()
        self.from_1904 = False
        self.sheets: list[SheetEntry] = []
        self._read_workbook()

    def part(self, name: str, largest: int = _LARGEST_PART) -> Part:
        """Open a part; errors as in Part."""
        info = self._infos.get(_key(name))
        if info is None:
            raise damaged(f"its part {name} is missing")
        return Part(self._archive, info, self._on_read, largest)

    def formats(self) -> list[NumberFormat | None]:
        """What becomes of a number, by the style of its cell."""
        texts: dict[int, str] = {}
        numbers: list[int] = []
        within: list[str] = []

        def start(name: str, attributes: dict[str, str]) -> None:
            if name == "numFmt":
                texts[_number(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
            elif name == "xf" and within[-1:] == ["cellXfs"]:
                numbers.append(_number(attributes.get("numFmtId")))
            within.append(name)

        self._parse_related("styles", start, lambda _: within.pop())
        known = {
            number: number_format(number, texts.get(number), from_1904=self.from_1904)
            for number in dict.fromkeys(numbers)
        }
        return [known[number] for number in numbers]

    def texts(self) -> list[str]:
        """Return the texts that cells share, by their index."""
        part = self._related("sharedStrings")
        return [] if part is None else read_texts(part)

    def _workbook_part(self) -> str:
        names = set(self._infos)
        if any(name.startswith("word/") for name in names):
            raise WorkbookFaultError("is a Word document. Give a workbook: .xlsx, .xlsm or .xls")
        if any(name.startswith("ppt/") for name in names):
            raise WorkbookFaultError("is a PowerPoint presentation. Give a workbook: .xlsx, .xlsm or .xls")
        if "mimetype" in names and "content.xml" in names:
            raise WorkbookFaultError("is an OpenDocument file, whatever its name. Save it as .xlsx")
        found = "xl/workbook.xml"
        for target, kind in self._relations("_rels/.rels", "").values():
            if kind == "officeDocument":
                found = target
        if found.lower().endswith(".bin"):
            raise WorkbookFaultError("is a binary workbook (.xlsb). Save it as .xlsx")
        if _key(found) not in names:
            if "[content_types].xml" in names or any(name.startswith("xl/") for name in names):
                raise damaged("its list of sheets is missing")
            raise WorkbookFaultError("is a ZIP archive and no workbook. Unpack it, and give the workbooks in it")
        return found

    def _read_workbook(self) -> None:
        relations = self._relations(_relations_of(self._workbook), posixpath.dirname(self._workbook))
        self._related_parts = {kind: target for target, kind in relations.values()}
        entries: list[SheetEntry] = []

        def start(name: str, attributes: dict[str, str]) -> None:
            if name == "workbookPr":
                self.from_1904 = attributes.get("date1904", "").lower() in _TRUE
            elif name == "sheet":
                identity = next((value for key, value in attributes.items() if key.endswith(":id")), "")
                target, kind = relations.get(identity, ("", ""))
                if kind in ("worksheet", ""):
                    is_hidden = attributes.get("state", "visible").lower() != "visible"
                    entries.append(SheetEntry(name=attributes.get("name", ""), is_hidden=is_hidden, part=target))

        parse(self.part(self._workbook, _SMALL_PART), start)
        self.sheets = entries

    def _related(self, kind: str) -> Part | None:
        target = self._related_parts.get(kind)
        return None if target is None or _key(target) not in self._infos else self.part(target)

    def _parse_related(self, kind: str, start: object, end: object) -> None:
        part = self._related(kind)
        if part is not None:
            parse(part, start, None, end)  # type: ignore[arg-type]

    def _relations(self, name: str, folder: str) -> dict[str, tuple[str, str]]:
        """By id: where a related part is, and of what kind it is."""
        relations: dict[str, tuple[str, str]] = {}

        def start(element: str, attributes: dict[str, str]) -> None:
            if element == "Relationship" and attributes.get("TargetMode") != "External":
                target = unquote(attributes.get("Target", "")).replace("\\", "/")
                place = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
                relations[attributes.get("Id", "")] = place.lstrip("/"), attributes.get("Type", "").rpartition("/")[2]

        if _key(name) in self._infos:
            parse(self.part(name, _SMALL_PART), start)
        return relations


def _key(name: str) -> str:
    """Some programs write other capitals, or the slashes of Windows."""
    return name.replace("\\", "/").lstrip("/").lower()


def _relations_of(part: str) -> str:
    folder, _, name = part.rpartition("/")
    return f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0
