"""Every text of the program that is translated, read from the sources without running them.

Contexts: the class name for ``self.tr``, the literal for ``QCoreApplication.translate`` and ``QT_TRANSLATE_NOOP``, "errors" for
the templates of errors, notes and messages, "log" for those of ``log.info`` and the like, "config" for the help of
configuration keys.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from modules.core import errors
from modules.core.config_keys import KEYS

MODULES_DIR = Path(__file__).resolve().parents[2]
#: What only the command line says stays English.
COMMANDS_ONLY = ("evaluation", "training", "translations", "headless.py")
ERROR_NAMES = frozenset(name for name, value in vars(errors).items() if isinstance(value, type))
#: A function that raises whichever of them its caller names calls it so.
ERROR_NAMES |= {"error_kind"}
#: Constants of the window's modules that hold a template, by file: banner and log show them.
TEMPLATE_CONSTANTS = {"messages.py": ("UNEXPECTED",)}
LOG_LEVELS = ("info", "warning", "error", "exception")
TRANSLATORS = ("translate", "QT_TRANSLATE_NOOP")


def messages() -> set[tuple[str, str]]:
    """(context, English text) of everything that has to be translated."""
    found = {("config", key.help) for key in KEYS.values()}
    for path in MODULES_DIR.rglob("*.py"):
        if any(part in COMMANDS_ONLY for part in path.relative_to(MODULES_DIR).parts):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found.update(_error_templates(tree))
        found.update(_log_templates(tree))
        if "gui" in path.parts:
            found.update(_window_texts(tree, ""))
            found.update(_constants(tree, TEMPLATE_CONSTANTS.get(path.name, ())))
    return found


def _literal(node: ast.AST) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _error_templates(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """First arguments of the UserErrors and notes that are made."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            text = _literal(node.args[0])
            if name in ERROR_NAMES and text is not None:
                yield "errors", text


def _log_templates(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """First arguments of calls like ``log.info``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LOG_LEVELS and node.args:
            text = _literal(node.args[0])
            if getattr(node.func.value, "id", "") == "log" and text is not None:
                yield "log", text


def _window_texts(tree: ast.AST, context: str) -> Iterator[tuple[str, str]]:
    for node in ast.iter_child_nodes(tree):
        inner = node.name if isinstance(node, ast.ClassDef) else context
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            texts = [_literal(argument) for argument in node.args]
            if name == "tr" and isinstance(node.func, ast.Attribute) and texts and texts[0] is not None:
                yield context, texts[0]
            elif name in TRANSLATORS and len(texts) == 2 and None not in texts:
                yield texts[0], texts[1]
        yield from _window_texts(node, inner)


def _constants(tree: ast.Module, names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id in names:
            text = _literal(node.value)
            if text is not None:
                yield "errors", text
