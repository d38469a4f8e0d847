"""Whether this computer runs on its battery; as far as that can be found out."""

from __future__ import annotations

from pathlib import Path

POWER = Path("/sys/class/power_supply")


def on_battery(supplies: Path = POWER) -> bool:
    """True where a battery of the computer is being drained and no mains supply is plugged in (Linux); else False.

    See https://docs.kernel.org/power/power_supply_class.html.
    """
    draining = False
    try:
        folders = sorted(supplies.iterdir())
    except OSError:
        return False
    for folder in folders:
        kind, status = _text(folder / "type"), _text(folder / "status")
        if kind in ("Mains", "USB") and _text(folder / "online") == "1":
            return False
        if kind == "Battery" and _text(folder / "scope") != "Device" and status == "Discharging":
            draining = True
    return draining


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
