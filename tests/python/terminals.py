"""A terminal of a given width, on which a command prints."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping

from real_databases import REPOSITORY, clean_environment

_STYLES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def printed_on_terminal(width: int, environment: Mapping[str, str], *arguments: str) -> tuple[int, str]:
    """Run company-enrichment on a pseudo-terminal so many columns wide; the exit code and the text, without styles."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, width, 0, 0))
    # What a shell or a test runner says of its own terminal must not count.
    variables = {name: value for name, value in environment.items() if name not in ("COLUMNS", "LINES")}
    command = [sys.executable, "-m", "company_enrichment", *arguments]
    child = subprocess.Popen(
        command, env={**variables, "TERM": "xterm"}, cwd=REPOSITORY, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    output = b""
    try:
        while chunk := os.read(ours, 65536):
            output += chunk
    except OSError:
        # Linux says so when the last one has closed the other side.
        pass
    os.close(ours)
    return child.wait(), _STYLES.sub("", output.decode()).replace("\r\n", "\n")


__all__ = ["clean_environment", "printed_on_terminal"]
