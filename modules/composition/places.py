"""Where recordings lie, and where what is made of them goes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from yacs.config import CfgNode

from modules.core.errors import ExportError, Note, SourceError, TakeError
from modules.core.files import exists, expanded
from modules.core.names import readable
from modules.core.protocols import FrameSource, Results

PROJECT_DIR = Path(__file__).resolve().parents[2]
DEMO_DIR = PROJECT_DIR / "data"


def recording_path(config: CfgNode) -> Path:
    """The configured recording's folder; SourceError if there is none, saying how to get the demo."""
    if not config.SOURCE.PATH:
        raise SourceError("No recording is named: choose one, or set SOURCE.PATH in the configuration.")
    path = PROJECT_DIR / expanded(config.SOURCE.PATH)
    if not exists(path) and DEMO_DIR in path.parents:
        raise SourceError(
            "The demo recording {path} is not there yet; fetch it with: python quick_setup.py", path=path
        )  # fmt: skip
    return path


def recording_output(config: CfgNode, folder: Path) -> Path:
    """Where results of the recording in ``folder`` go unless told otherwise: under its name, as long as no other recording of
    that name came first."""
    from modules.export.owner import folder_of

    parent = PROJECT_DIR / expanded(config.TAKE.FOLDER, ExportError)
    return folder_of(parent, recording_name(folder), *_identity(folder), _told_by_takes)


def recording_name(folder: Path) -> str:
    """What the recording in ``folder`` is called."""
    return readable(folder.resolve().name)


def claimed_output(config: CfgNode, folder: Path, fingerprint: str) -> Path:
    """The same, made, and from now on that of the recording in ``folder`` with this content; ExportError."""
    from modules.export.owner import claim

    output = recording_output(config, folder)
    claim(output, str(folder.resolve()), fingerprint)
    return output


def calibration_output(parent: Path, name: str, folder: Path) -> Path:
    """Where in ``parent`` calibrations made of the recording in ``folder`` go, under a ``name`` that others may have too."""
    from modules.export.owner import folder_of

    return folder_of(parent, name, *_identity(folder), lambda _folder: None)


def claim_calibrations(output: Path, folder: Path) -> None:
    """Writes into a folder of calibrations which recording they are of; ExportError, SourceError."""
    from modules.export.owner import claim

    path, content = _identity(folder)
    claim(output, str(path), content())


def _told_by_takes(folder: Path) -> tuple[str, str] | None:
    """Path and fingerprint of the recording whose newest take lies in a folder; None: there is none."""
    takes = sorted(folder.glob("take-*.sqlite"), key=lambda path: path.stat().st_mtime, reverse=True)
    return next((whose for path in takes if (whose := _told_by_take(path)) is not None), None)


def _told_by_take(path: Path) -> tuple[str, str] | None:
    from modules.take.store import Take

    try:
        with closing(Take(path, writable=False)) as take:
            source = take.header.source
    except TakeError:  # damaged: who opens it is told
        return None
    return str(source.get("path", "")), str(source.get("fingerprint", ""))


def _identity(folder: Path) -> tuple[Path, Callable[[], str]]:
    from modules.focus.fingerprint import fingerprint

    return folder.resolve(), lambda: fingerprint(folder)


def make_folder_for_files(folder: Path, recording: Path) -> None:
    """Makes a folder for a recording's files; ExportError where it holds results of another one, or files that are not ours."""
    from modules.export.owner import check_same
    from modules.export.results import make_folder

    make_folder(folder)
    check_same(folder, *_identity(recording), recording_name(recording))


def check_files(results: Results, folder: Path) -> None:
    """ExportError where a folder for poses, film and sheet of these results holds those of another recording."""
    from modules.export.owner import check_same

    path, content = _whose(results)
    check_same(folder, Path(path), lambda: content, results.header.recording)


def claim_folder(results: Results, folder: Path) -> None:
    """Writes into a folder of files which recording they are of, and how that was opened; ExportError."""
    from modules.export.owner import claim

    opened = {name: results.header.source[name] for name in ("format", "offsets", "delays") if name in results.header.source}
    claim(folder, *_whose(results), opened)


def check_motion(results: Results, folder: Path) -> None:
    """ExportError where people's motion in a folder has the name that these results' would have, and is another recording's."""
    from modules.export.owner import check_motion as check

    path, content = _whose(results)
    check(folder, Path(path), lambda: content, results.header.recording)


def claim_motion(results: Results, folder: Path) -> None:
    """Writes into a folder which recording people's motion with this name is of; ExportError."""
    from modules.export.owner import claim_motion as claim

    claim(folder, results.header.recording, _whose(results))


def _whose(results: Results) -> tuple[str, str]:
    """Path and fingerprint of the recording that results are of, as their folder says: a take names the place where its
    recording lay when it was begun, a ``poses.jsonl`` none. One by itself counts as a recording of its own."""
    from modules.export.owner import owner

    source, path = results.header.source, results.path.resolve()
    beside = owner(path.parent)
    if not source.get("path"):
        return beside or (str(path), f"{path.stat().st_size} bytes")
    told = str(source["path"]), str(source.get("fingerprint", ""))
    return beside if beside is not None and beside[1] == told[1] else told


def recording_beside(poses: Path) -> dict[str, Any]:
    """What the folder of a file of poses says of the recording, as in ``ResultsHeader.source``; empty: nothing."""
    from modules.export.owner import source_of_poses

    return source_of_poses(poses.parent)


def damaged_beside(poses: Path) -> Note | None:
    """A word where the folder of a file of poses would say more of the recording, were it legible."""
    from modules.export.owner import damaged

    file = damaged(poses.parent)
    return file and Note("{file} is damaged: it should say which recording the results beside it are of.", file=file)


def refuse_results(path: Path) -> None:
    """SourceError, with where its recording is, for a take or a file of poses in place of a recording."""
    from modules.export.poses_jsonl import is_poses_file
    from modules.take.database import is_database

    if not path.is_file():
        return
    if is_poses_file(path):
        where = recording_beside(path).get("path")
    elif is_database(path):
        where, _ = _told_by_take(path) or ("", "")
    else:
        return
    if where and not Path(where).exists():
        raise SourceError(
            "{path} holds results. Its recording was {recording}, which is gone from there: give the folder where it is now.",
            path=path, recording=where,
        )  # fmt: skip
    if where:
        raise SourceError("{path} holds results. Its recording is {recording}: give that.", path=path, recording=where)
    unsaid = damaged_beside(path) if is_poses_file(path) else None
    if unsaid is not None:
        raise SourceError("{path} holds results. {reason} Give the recording's folder instead.", path=path, reason=unsaid)
    raise SourceError(
        "{path} holds results, and does not say where its recording is: give the recording's folder instead.", path=path
    )


def output_folder(config: CfgNode, source: FrameSource) -> Path:
    """``recording_output`` of an open recording."""
    return recording_output(config, Path(source.info.path))


def check_folder_for_files(source: FrameSource, folder: Path) -> Note | None:
    """A word on a folder of the recording's videos; they stay a recording, unlike a camera's images with files among them.

    Raises:
        ExportError: it is a folder of a camera's images.
    """
    from modules.focus.images import has_images
    from modules.focus.own_results import is_own_result, is_results
    from modules.focus.video import VIDEO_SUFFIXES

    inside, recording = folder.resolve(), Path(source.info.path).resolve()
    if not inside.is_dir() or recording not in (inside, *inside.parents):
        return None
    if has_images(inside) and not is_results(inside):
        raise ExportError("{folder} holds images of the recording; choose another folder for the files.", folder=folder)
    if any(file.suffix.lower() in VIDEO_SUFFIXES and not is_own_result(file) for file in inside.iterdir()):
        return Note(
            "{folder} holds the recording's videos; the files are put among them, and passed over later.", folder=folder
        )
    return None
