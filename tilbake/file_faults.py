"""Why a file cannot be read or written, in the words of the product: the system knows one language, and often another."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from typing import Final

from domain.language import Language, Text
from files.reading import NoFile, NoText, TooLong
from tilbake.language import spoken

NO_FILE: Final = Text("det er ingen fil", "it is no file")
TOO_LONG: Final = Text("den er lengre enn {kilobytes} kB", "it is longer than {kilobytes} kB")
NO_TEXT: Final = Text("den er ikke tekst i UTF-8", "it is no text in UTF-8")
_DENIED: Final = Text("ingen tilgang", "permission denied")
BY_ERRNO: Final[Mapping[int, Text]] = {
    errno.ENOENT: Text("ingen slik fil eller mappe", "no such file or directory"),
    errno.EACCES: _DENIED,
    errno.EPERM: _DENIED,
    errno.EISDIR: Text("det er en mappe", "it is a directory"),
    errno.ENOTDIR: Text("noe på veien dit er ingen mappe", "something on the way there is no directory"),
    errno.EEXIST: Text("den finnes fra før", "it is there already"),
    errno.ELOOP: Text("lenker går i ring", "links lead round in a circle"),
    errno.ENAMETOOLONG: Text("navnet er for langt", "the name is too long"),
    errno.ENOSPC: Text("det er ikke plass igjen på disken", "there is no space left on the disk"),
    errno.EDQUOT: Text("kvoten er brukt opp", "the quota is used up"),
    errno.EROFS: Text("filsystemet kan bare leses", "the file system can only be read"),
    errno.EIO: Text("disken svarer med feil", "the disk answers with an error"),
}


def why(fault: OSError, *, language: Language | None = None) -> str:
    """The reason in a language, else in the one this process speaks; of what is rare, what the system says."""
    asked = language or spoken()
    match fault:
        case TooLong():
            return TOO_LONG.in_language(asked).format(kilobytes=fault.most_bytes // 1024)
        case NoFile():
            return NO_FILE.in_language(asked)
        case NoText():
            return NO_TEXT.in_language(asked)
        case _:
            known = BY_ERRNO.get(fault.errno or 0)
            return known.in_language(asked) if known else fault.strerror or type(fault).__name__
