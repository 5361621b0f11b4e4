"""Says by a file's content what it is, whatever its name says."""

from __future__ import annotations

import codecs
import re
from typing import IO

from company_enrichment.files.cells import WorkbookFaultError

_HEAD = 64 * 1024
_GIVE = "Give a workbook: .xlsx, .xlsm or .xls"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD_XLS = (b"\x09\x00", b"\x09\x02", b"\x09\x04", b"\x09\x08")
_NAMED: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "is a PDF. Export the table from where it comes from, as .xlsx"),
    (b"{\\rtf", f"is an RTF text. {_GIVE}"),
    (b"7z\xbc\xaf\x27\x1c", "is a 7-Zip archive. Unpack it, and give the workbooks in it"),
    (b"Rar!", "is a RAR archive. Unpack it, and give the workbooks in it"),
    (b"\x1f\x8b", "is a gzip archive. Unpack it, and give the workbooks in it"),
    (b"\x89PNG", f"is a picture. {_GIVE}"),
    (b"\xff\xd8\xff", f"is a picture. {_GIVE}"),
)
_SAVE = "Open it in a spreadsheet program, and save it as .xlsx"
_SPREADSHEET_XML = b"urn:schemas-microsoft-com:office:spreadsheet"
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body|table|meta|style)\b", re.I | re.S
)


def kind_of(file: IO[bytes]) -> str:  # noqa: PLR0912 - one branch for each kind
    """Return "xlsx", "xls" or "encrypted", by the content of a file.

    Raises WorkbookFaultError that says what the file is, and what to do, when it is no workbook.
    """
    head = file.read(_HEAD)
    file.seek(0)
    if not head:
        raise WorkbookFaultError("is empty: it has 0 bytes. Get another copy of it")
    if head.startswith(b"PK\x03\x04"):
        return "xlsx"
    if head.startswith(_OLE):
        return _kind_of_ole(file)
    if head.startswith(_OLD_XLS):
        return "xls"
    if head.startswith(b"PK"):
        raise WorkbookFaultError("is a ZIP archive without content, or one part of several. Get another copy of it")
    if not head.strip(b"\0"):
        raise WorkbookFaultError("is damaged: it holds nothing but zeros. Get another copy of it")
    for beginning, fault in _NAMED:
        if head.startswith(beginning):
            raise WorkbookFaultError(fault)
    text = head.removeprefix(codecs.BOM_UTF8)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = head.decode("utf-16", "replace").encode()
    if _SPREADSHEET_XML in text:
        raise WorkbookFaultError(f"is an XML spreadsheet of 2003, whatever its name. {_SAVE}")
    if _HTML.match(text):
        raise WorkbookFaultError(f"is an HTML page, whatever its name, as web reports export tables. {_SAVE}")
    if text.lstrip().startswith(b"<?xml"):
        raise WorkbookFaultError(f"is an XML file and no workbook. {_GIVE}")
    if _is_text(text):
        raise WorkbookFaultError(f"is a text file such as a CSV, whatever its name. {_SAVE}")
    raise WorkbookFaultError(f"is no workbook, and nothing else that is known, whatever its name. {_GIVE}")


def _kind_of_ole(file: IO[bytes]) -> str:
    import olefile  # noqa: PLC0415 - only files of this kind need it

    try:
        with olefile.OleFileIO(file) as container:
            names = {entry[0].lower() for entry in container.listdir()}
    except Exception as error:
        raise WorkbookFaultError(
            f"is damaged: it begins like an .xls file, and cannot be read ({error}). Get another copy of it"
        ) from error
    finally:
        file.seek(0)
    if "encryptedpackage" in names:
        return "encrypted"
    if "workbook" in names or "book" in names:
        return "xls"
    for name, what in (("worddocument", "a Word document"), ("powerpoint document", "a PowerPoint presentation")):
        if name in names:
            raise WorkbookFaultError(f"is {what}, whatever its name. {_GIVE}")
    raise WorkbookFaultError(f"is a file of a Microsoft program, and no workbook. {_GIVE}")


def _is_text(head: bytes) -> bool:
    """Whether it is text in UTF-8 or GB18030, the last character of which may be cut."""
    if re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", head):
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            codecs.getincrementaldecoder(encoding)().decode(head)
        except UnicodeDecodeError:
            continue
        return True
    return False
