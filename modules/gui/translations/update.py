"""Brings the translations up to date: ``python -m modules.gui.translations.update``.

Takes every text from the sources into the .ts files, keeps the translations that are there, names what is missing, and
compiles the .qm files with Qt's ``lrelease`` (Debian: qttools5-dev-tools). Translate in Qt Linguist, run again.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

from modules.gui.translations.sources import messages

HERE = Path(__file__).resolve().parent
HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n'


def read_ts(path: Path) -> dict[tuple[str, str], str]:
    """(context, English text) → translation, finished ones alone."""
    if not path.exists():
        return {}
    found = {}
    for context in ET.parse(path).getroot().iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            if translation is not None and translation.get("type") is None and translation.text:
                found[context.findtext("name", ""), message.findtext("source", "")] = translation.text
    return found


def write_ts(path: Path, language: str, wanted: set[tuple[str, str]], known: dict[tuple[str, str], str]) -> None:
    """A .ts file with every wanted text in a fixed order; what has no translation is marked unfinished."""
    root = ET.Element("TS", version="2.1", language=language, sourcelanguage="en")
    for name in sorted({context for context, _ in wanted}):
        context = ET.SubElement(root, "context")
        ET.SubElement(context, "name").text = name
        for text in sorted(text for owner, text in wanted if owner == name):
            message = ET.SubElement(context, "message")
            ET.SubElement(message, "source").text = text
            translation = ET.SubElement(message, "translation")
            if (name, text) in known:
                translation.text = known[name, text]
            else:
                translation.set("type", "unfinished")
    ET.indent(root, "    ")
    path.write_text(HEAD + ET.tostring(root, encoding="unicode") + "\n", encoding="utf-8")


def main() -> int:
    """Updates every language; 1 if a translation is missing or could not be compiled."""
    wanted = messages()
    missing = 0
    for path in sorted(HERE.glob("selfpose3d_*.ts")):
        known = read_ts(path)
        write_ts(path, path.stem.split("_")[-1], wanted, known)
        untranslated = sorted(wanted - known.keys())
        missing += len(untranslated)
        print(f"{path.name}: {len(wanted)} texts, {len(untranslated)} without a translation")
        for context, text in untranslated:
            print(f"  [{context}] {text}")
        lrelease = shutil.which("lrelease")
        if lrelease is None:
            print(
                "lrelease was not found (Debian: apt install qttools5-dev-tools); the .qm file is unchanged.", file=sys.stderr
            )
            return 1
        subprocess.run([lrelease, "-silent", str(path), "-qm", str(path.with_suffix(".qm"))], check=True)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
