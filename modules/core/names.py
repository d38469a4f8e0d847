"""Names of files whose bytes are not UTF-8, in letters: what a Korean archive leaves when it is unpacked on Linux."""

from __future__ import annotations

#: The encoding of Korean Windows; EUC-KR is a part of it.
KOREAN = "cp949"


def readable(path: str) -> str:
    """A name or path with those of its parts in letters that Python holds as bytes in no encoding (lone surrogates).

    For showing and comparing; files are opened by what the system calls them. A part that is no CP949 either stays as it is.
    """
    try:
        path.encode()
    except UnicodeEncodeError:
        return "/".join(map(_part, path.split("/")))
    return path


def _part(name: str) -> str:
    try:
        name.encode()
    except UnicodeEncodeError:
        try:
            return name.encode("utf-8", "surrogateescape").decode(KOREAN)
        except UnicodeError:
            pass
    return name
