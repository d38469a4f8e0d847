"""What the window remembers from one start to the next."""

from __future__ import annotations

from pathlib import Path

from PyQt5.QtCore import QByteArray, QLocale, QSettings

from ..i18n import LANGUAGES

MAX_RECENT = 8
#: Grows when docks are added or renamed: an older layout is then not restored.
LAYOUT_VERSION = 2


class Session:
    """Layout, recent recordings and language, in a QSettings."""

    def __init__(self, settings: QSettings) -> None:
        self._settings = settings

    @property
    def recent(self) -> list[str]:
        """Recordings that were open lately, the newest first."""
        found = self._settings.value("recent", [])
        return [found] if isinstance(found, str) else [str(path) for path in found or []]

    def add_recent(self, path: str | Path) -> None:
        """Puts a recording in front."""
        text = str(Path(path).expanduser().absolute())
        self._settings.setValue("recent", [text, *(other for other in self.recent if other != text)][:MAX_RECENT])

    def clear_recent(self) -> None:
        """Forgets the recordings."""
        self._settings.remove("recent")

    @property
    def language(self) -> str:
        """The chosen language, else the system's where there is a translation, else English."""
        system = QLocale.system().name().split("_")[0]
        code = str(self._settings.value("language", system))
        return code if code in LANGUAGES else "en"

    @language.setter
    def language(self, code: str) -> None:
        self._settings.setValue("language", code)

    @property
    def geometry(self) -> QByteArray | None:
        """Place and size of the window, or None."""
        return self._bytes("geometry")

    @property
    def layout(self) -> QByteArray | None:
        """Places and sizes of the docks, or None."""
        return self._bytes("layout")

    @property
    def fitted_views(self) -> str:
        """For which views the layout was made, "" if for none."""
        return str(self._settings.value("fitted_views", ""))

    def save_layout(self, geometry: QByteArray, layout: QByteArray, fitted_views: str) -> None:
        """Keeps the window's place, its docks', and for which views these were made."""
        self._settings.setValue("geometry", geometry)
        self._settings.setValue("fitted_views", fitted_views)
        self._settings.setValue("layout", layout)
        self._settings.sync()

    def _bytes(self, key: str) -> QByteArray | None:
        value = self._settings.value(key)
        return value if isinstance(value, QByteArray) else None
