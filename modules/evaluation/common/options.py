"""What both commands' lines have in common."""

from __future__ import annotations

import argparse
from pathlib import Path

from modules.core.config import DEFAULT_CONFIG, settings

PROJECT_DIR = Path(__file__).resolve().parents[3]


def add_config_options(parser: argparse.ArgumentParser, out: str) -> None:
    """--config, --set KEY=VALUE, --device and --out."""
    parser.add_argument("--config", type=Path, default=DEFAULT_CONFIG, help="configuration (default: configs/demo.yaml)")
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="one key of the configuration, e.g. RUNTIME.THREADS=2"
    )
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), help="where the network runs")
    parser.add_argument("--out", type=Path, default=PROJECT_DIR / out, help=f"folder for the results (default: {out})")


def overrides(options: argparse.Namespace) -> dict[str, object]:
    """Dotted key → value of --set and --device; ConfigError for an unknown key or a wrong value."""
    values = settings(options.set)
    if options.device:
        values["RUNTIME.DEVICE"] = options.device
    return values


def parse_frames(text: str) -> slice:
    """``A:B[:STEP]``, each part optional, as a slice; for argparse."""
    parts = text.split(":")
    if not 2 <= len(parts) <= 3:
        raise argparse.ArgumentTypeError(f"{text!r} is not A:B or A:B:STEP")
    try:
        return slice(*(int(part) if part else None for part in parts))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not A:B or A:B:STEP") from error


def positive(text: str) -> int:
    """A whole number from 1 on; for argparse."""
    try:
        number = int(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from error
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is less than 1")
    return number


def demo_root() -> Path:
    """The folder that holds the demo recordings."""
    return PROJECT_DIR / "data"
