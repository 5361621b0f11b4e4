"""Workbooks for tests, written cell by cell as XML: also what no library would write.

``write_raw_workbook(path, RawSheet("data", [["name", "code"], ["甲", RawCell("123", style=1)]]), formats=["000000"])``
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from company_enrichment.files.cells import column_letters

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


class RawCell(NamedTuple):
    """A cell: what stands in its XML. kind is its attribute t, style the index of a format, from 1; 0 is General."""

    value: str | None
    kind: str = ""
    style: int = 0
    formula: str | None = None


def error(text: str = "#N/A", formula: str | None = "NA()") -> RawCell:
    """A cell whose formula failed."""
    return RawCell(text, "e", formula=formula)


Content = RawCell | str | float | bool | None
"""A text is shared, unless its sheet is inline; a number and a bool are what they are; None is no cell."""


@dataclass(frozen=True)
class RawSheet:
    """A sheet; rows from row 1, or by number. xml is written in place of all that it would be made of."""

    name: str
    rows: Sequence[Sequence[Content]] | Mapping[int, Sequence[Content] | Mapping[str, Content]] = ()
    merged: Sequence[str] = ()
    hidden_rows: Sequence[int] = ()
    state: str = "visible"
    dimension: str | None = None
    inline: bool = False
    references: bool = True
    pretty: bool = False
    prefix: str = ""
    xml: bytes | Iterable[bytes] | None = None


def write_raw_workbook(
    path: Path,
    *sheets: RawSheet,
    formats: Sequence[str | int] = (),
    from_1904: bool = False,
    parts: Mapping[str, bytes | Iterable[bytes]] | None = None,
    without: Sequence[str] = (),
) -> Path:
    """Write a workbook; formats are those of styles 1, 2, …: a text, or the number of a built-in one.

    parts are added, or replace what is written of that name; without are left out.
    """
    texts: dict[str, int] = {}
    written: dict[str, bytes | Iterable[bytes]] = {
        "[Content_Types].xml": _content_types(len(sheets)),
        "_rels/.rels": _relations({"rId1": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": _workbook(sheets, from_1904=from_1904),
        "xl/_rels/workbook.xml.rels": _relations(
            {f"rId{number}": ("worksheet", f"worksheets/sheet{number}.xml") for number in range(1, len(sheets) + 1)}
            | {"rIdS": ("styles", "styles.xml"), "rIdT": ("sharedStrings", "sharedStrings.xml")}
        ),
        "xl/styles.xml": _styles(formats),
    }
    for number, sheet in enumerate(sheets, start=1):
        written[f"xl/worksheets/sheet{number}.xml"] = _sheet(sheet, texts) if sheet.xml is None else sheet.xml
    shared = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in texts)
    written["xl/sharedStrings.xml"] = f'{_DECLARATION}<sst xmlns="{MAIN}">{shared}</sst>'.encode(
        "utf-8", "surrogatepass"
    )
    written |= parts or {}
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in written.items():
            if name in without:
                continue
            with archive.open(name, "w", force_zip64=True) as part:
                for piece in [content] if isinstance(content, bytes) else content:
                    part.write(piece)
    return path


def sheet_xml(rows: str | bytes, after: str = "", before: str = "") -> bytes:
    """A sheet with these rows, as XML."""
    middle = rows.encode() if isinstance(rows, str) else rows
    return (
        f'{_DECLARATION}<worksheet xmlns="{MAIN}">{before}<sheetData>'.encode()
        + middle
        + f"</sheetData>{after}</worksheet>".encode()
    )


def _sheet(sheet: RawSheet, texts: dict[str, int]) -> bytes:
    numbered = sheet.rows if isinstance(sheet.rows, Mapping) else dict(enumerate(sheet.rows, start=1))
    tag = f"{sheet.prefix}:" if sheet.prefix else ""
    end = "\n  " if sheet.pretty else ""
    namespace = f'xmlns:{sheet.prefix}="{MAIN}"' if sheet.prefix else f'xmlns="{MAIN}"'
    pieces = [f"{_DECLARATION}<{tag}worksheet {namespace}>"]
    if sheet.dimension is not None:
        pieces.append(f'<{tag}dimension ref="{sheet.dimension}"/>')
    pieces.append(f"<{tag}sheetData>{end}")
    for number, cells in numbered.items():
        hidden = ' hidden="1"' if number in sheet.hidden_rows else ""
        reference = f' r="{number}"' if sheet.references else ""
        pieces.append(f"<{tag}row{reference}{hidden}>{end}")
        placed = (
            cells
            if isinstance(cells, Mapping)
            else {column_letters(position): cell for position, cell in enumerate(cells)}
        )
        for letters, content in placed.items():
            cell = _raw(content, texts, inline=sheet.inline)
            if cell is not None:
                pieces.append(_cell(cell, f"{letters}{number}" if sheet.references else None, tag) + end)
            elif not sheet.references:
                pieces.append(f"<{tag}c/>")
        pieces.append(f"</{tag}row>{end}")
    pieces.append(f"</{tag}sheetData>")
    if sheet.merged:
        merged = "".join(f'<{tag}mergeCell ref="{place}"/>' for place in sheet.merged)
        pieces.append(f'<{tag}mergeCells count="{len(sheet.merged)}">{merged}</{tag}mergeCells>')
    pieces.append(f"</{tag}worksheet>")
    return "".join(pieces).encode("utf-8", "surrogatepass")


def _raw(content: Content, texts: dict[str, int], *, inline: bool) -> RawCell | None:
    if content is None or isinstance(content, RawCell):
        return content
    if isinstance(content, bool):
        return RawCell(str(int(content)), "b")
    if isinstance(content, str):
        return RawCell(content, "inlineStr") if inline else RawCell(str(texts.setdefault(content, len(texts))), "s")
    return RawCell(repr(content))


def _cell(cell: RawCell, reference: str | None, tag: str) -> str:
    attributes = "" if reference is None else f' r="{reference}"'
    attributes += f' s="{cell.style}"' if cell.style else ""
    attributes += f' t="{cell.kind}"' if cell.kind else ""
    formula = "" if cell.formula is None else f"<{tag}f>{escape(cell.formula)}</{tag}f>"
    if cell.value is None:
        return f"<{tag}c{attributes}>{formula}</{tag}c>" if formula else f"<{tag}c{attributes}/>"
    if cell.kind == "inlineStr":
        return f"<{tag}c{attributes}><{tag}is><{tag}t>{escape(cell.value)}</{tag}t></{tag}is></{tag}c>"
    return f"<{tag}c{attributes}>{formula}<{tag}v>{escape(cell.value)}</{tag}v></{tag}c>"


def _content_types(sheets: int) -> bytes:
    parts = {"/xl/workbook.xml": "sheet.main", "/xl/styles.xml": "styles", "/xl/sharedStrings.xml": "sharedStrings"}
    parts |= {f"/xl/worksheets/sheet{number}.xml": "worksheet" for number in range(1, sheets + 1)}
    overrides = "".join(
        f'<Override PartName="{name}" ContentType="{_TYPES}.{kind}+xml"/>' for name, kind in parts.items()
    )
    return (
        f'{_DECLARATION}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    ).encode()


def _relations(relations: Mapping[str, tuple[str, str]]) -> bytes:
    entries = "".join(
        f'<Relationship Id="{identity}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for identity, (kind, target) in relations.items()
    )
    return f'{_DECLARATION}<Relationships xmlns="{_PACKAGE}/relationships">{entries}</Relationships>'.encode()


def _workbook(sheets: Sequence[RawSheet], *, from_1904: bool) -> bytes:
    entries = "".join(
        f'<sheet name={quoteattr(sheet.name)} sheetId="{number}" state="{sheet.state}" r:id="rId{number}"/>'
        for number, sheet in enumerate(sheets, start=1)
    )
    properties = '<workbookPr date1904="1"/>' if from_1904 else "<workbookPr/>"
    return (
        f'{_DECLARATION}<workbook xmlns="{MAIN}" xmlns:r="{_RELATIONS}">{properties}'
        f"<sheets>{entries}</sheets></workbook>"
    ).encode()


def _styles(formats: Sequence[str | int]) -> bytes:
    own = {164 + index: text for index, text in enumerate(formats) if isinstance(text, str)}
    numbers = [text if isinstance(text, int) else 164 + index for index, text in enumerate(formats)]
    definitions = "".join(f'<numFmt numFmtId="{number}" formatCode={quoteattr(text)}/>' for number, text in own.items())
    styles = "".join(
        f'<xf numFmtId="{number}" fontId="0" fillId="0" borderId="0" xfId="0"/>' for number in (0, *numbers)
    )
    return (
        f'{_DECLARATION}<styleSheet xmlns="{MAIN}"><numFmts count="{len(own)}">{definitions}</numFmts>'
        '<fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(numbers) + 1}">{styles}</cellXfs></styleSheet>'
    ).encode()
