"""Languages of the window: Qt's translators, put in and taken out while it runs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PyQt5.QtCore import QCoreApplication, QLibraryInfo, QTranslator

from modules.core.errors import Note, shown

TRANSLATIONS_DIR = Path(__file__).resolve().parent / "translations"
#: Language code -> its own name.
LANGUAGES: dict[str, str] = {"en": "English", "ko": "한국어"}
_installed: list[QTranslator] = []


def set_language(code: str) -> None:
    """Switches the running application; every widget hears of it as a LanguageChange event."""
    while _installed:
        QCoreApplication.removeTranslator(_installed.pop())
    if code == "en":  # the language of the sources
        return
    for name, folder in (
        (f"qtbase_{code}", QLibraryInfo.location(QLibraryInfo.TranslationsPath)),
        (f"selfpose3d_{code}", str(TRANSLATIONS_DIR)),
    ):
        translator = QTranslator()
        if translator.load(name, folder):
            QCoreApplication.installTranslator(translator)
            _installed.append(translator)


def sentence(template: str, values: Mapping[str, object]) -> str:
    """A sentence of an error or note in the language in force, its values filled in; notes among them are translated too."""
    translated = QCoreApplication.translate("errors", template)
    return translated.format(**shown({name: in_words(value) for name, value in values.items()})) if values else translated


def in_words(value: object) -> object:
    """A note in the language in force; any other value as it is."""
    if isinstance(value, ValueError) and len(value.args) == 1:  # the reason that a value was refused for
        value = value.args[0]
    return sentence(value.template, value.values) if isinstance(value, Note) else value


def help_text(text: str) -> str:
    """A configuration key's help in the language in force."""
    return QCoreApplication.translate("config", text)
