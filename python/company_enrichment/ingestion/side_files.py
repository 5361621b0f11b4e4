"""Tells the files and folders that programs keep beside those of people: nobody has put records there."""

from __future__ import annotations

# ~$name (Excel), .~name (WPS), .~lock.name# (LibreOffice), ._name (macOS), ~WRL0001.tmp (Word).
_BEGINNINGS = (".", "~")
_FILES = frozenset({"thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r"})
# Unfinished copies and downloads, and what editors keep of the version before.
_FILE_ENDINGS = (
    "~",
    "#",
    ".tmp",
    ".temp",
    ".part",
    ".partial",
    ".filepart",
    ".crdownload",
    ".download",
    ".downloading",
    ".opdownload",
    ".xltd",
    ".aria2",
)
_FOLDERS = frozenset(
    {
        "__macosx",
        "@eadir",
        "@recycle",
        "@recently-snapshot",
        "@tmp",
        "#recycle",
        "#snapshot",
        "$recycle.bin",
        "recycler",
        "system volume information",
        "lost+found",
    }
)


def is_side_file(name: str) -> bool:
    """Say whether a program has made a file of this name for itself: a lock, an owner, a thumbnail, half a download."""
    folded = name.casefold()
    return folded.startswith(_BEGINNINGS) or folded.endswith(_FILE_ENDINGS) or folded in _FILES


def is_side_folder(name: str) -> bool:
    """Say whether a folder of this name is a program's: a recycle bin, snapshots, previews."""
    folded = name.casefold()
    return folded.startswith(_BEGINNINGS) or folded in _FOLDERS
