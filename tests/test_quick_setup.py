"""The set-up: steps that are idempotent, survive being killed, and fail with one sentence. No network, no real pip."""

from __future__ import annotations

import ast
import errno
import hashlib
import http.server
import io
import re
import string
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import quick_setup as setup

ROOT = Path(setup.__file__).resolve().parent
PYTHON = ".".join(map(str, sys.version_info[:2]))


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """English sentences, whatever the machine speaks."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty checkout."""
    monkeypatch.setattr(setup, "ROOT", tmp_path)
    (tmp_path / "requirements.txt").write_text("torch==2.13.0  # runs the network\n")
    (tmp_path / "modules" / "SelfPose3d" / "weights").mkdir(parents=True)
    return tmp_path


class Commands:
    """Stands in for ``run_command``: notes what was started and answers by the first rule whose words are all in it."""

    def __init__(self) -> None:
        self.started: list[str] = []
        self.rules: list[tuple[str, Callable[[list[str]], object]]] = []

    def on(self, words: str, answer: tuple[int, str] | Callable[[list[str]], object] = (0, "")) -> None:
        """``answer``: (status, output), or a function of the command that returns that or None for (0, "")."""
        self.rules.insert(0, (words, answer if callable(answer) else lambda command: answer))

    def __call__(self, command: list, show: str | None = None) -> tuple[int, str]:
        words = [str(word) for word in command]
        self.started.append(" ".join(words))
        for wanted, answer in self.rules:
            if set(wanted.split()) <= set(words):
                return answer(words) or (0, "")
        raise AssertionError(f"unexpected command: {words}")

    def count(self, words: str) -> int:
        """How many commands had these words."""
        return sum(set(words.split()) <= set(line.split()) for line in self.started)


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> Commands:
    """A machine without a GPU on which venv and pip succeed."""
    made = Commands()
    monkeypatch.setattr(setup, "run_command", made)
    monkeypatch.setattr(setup, "has_nvidia_gpu", lambda: False)
    made.on("venv", make_venv)
    made.on("pip download")
    made.on("pip install")
    return made


def make_venv(command: list[str]) -> None:
    """What ``python -m venv FOLDER`` leaves that the set-up looks at."""
    folder = Path(command[-1])
    (folder / "bin").mkdir(parents=True, exist_ok=True)
    (folder / "bin" / "python").touch()
    (folder / "pyvenv.cfg").write_text(f"home = /usr/bin\nversion = {PYTHON}.0\n")
    if "--clear" in command:
        for name in ("installing.marker", "requirements.stamp", "environment.stamp"):
            (folder / name).unlink(missing_ok=True)


def fresh_steps() -> tuple[setup.Environment, setup.Packages]:
    """The steps of a new run."""
    environment = setup.Environment()
    return environment, setup.Packages(environment)


# --- sentences -----------------------------------------------------------------------------------------------------------


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_every_sentence_is_in_both_languages_with_the_same_values() -> None:
    for key, (english_text, korean) in setup.SENTENCES.items():
        assert fields(english_text) == fields(korean), key
        if key != "doing":
            assert re.search("[가-힣]", korean), key


def test_every_sentence_is_used_with_the_values_it_needs() -> None:
    used = {}
    for node in ast.walk(ast.parse((ROOT / "quick_setup.py").read_text(encoding="utf-8"))):
        named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("tell", "translate", "Stop")
        if named and node.args and isinstance(node.args[0], ast.Constant):
            key = node.args[0].value
            used[key] = {keyword.arg for keyword in node.keywords}
            assert used[key] == fields(setup.SENTENCES[key][0]), key
    titles = {step.key for step in setup.Step.__subclasses__()} | {step.when_done for step in setup.Step.__subclasses__()}
    assert set(used) | titles | {"doing", "disk_full", "file_trouble"} == set(setup.SENTENCES)


def test_korean_locale_speaks_korean(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "ko_KR.UTF-8")
    assert setup.translate("disk") == "디스크 여유 공간"


# --- python and command line ---------------------------------------------------------------------------------------------


def test_file_parses_on_old_python() -> None:
    ast.parse((ROOT / "quick_setup.py").read_text(encoding="utf-8"), feature_version=(3, 7))


@pytest.mark.parametrize(("version", "fits"), [((3, 9, 1), False), ((3, 10, 0), True), ((3, 12, 9), True), ((3, 13, 0), False)])
def test_python_versions(monkeypatch: pytest.MonkeyPatch, version: tuple[int, ...], fits: bool) -> None:
    monkeypatch.setattr(setup.sys, "version_info", version)
    assert setup.PythonVersion().done() is fits


def test_wrong_python_is_one_sentence_and_nothing_is_touched(
    root: Path, commands: Commands, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setattr(setup.sys, "version_info", (3, 13, 0))
    assert setup.main([]) == 1
    assert "needs Python 3.10, 3.11 or 3.12" in capsys.readouterr().err
    assert commands.started == []
    assert not (root / ".venv").exists()


@pytest.mark.parametrize(
    ("line", "action", "extra", "weights"),
    [
        ("", None, [], None),
        ("run", "run", [], None),
        ("run --frames 0:10 --source a", "run", ["--frames", "0:10", "--source", "a"], None),
        ("--weights selfpose3d run --headless", "run", ["--headless"], "selfpose3d"),
        ("run --weights selfpose3d", "run", [], "selfpose3d"),
        ("test -- -k setup --weights x", "test", ["-k", "setup", "--weights", "x"], None),
        ("--weights selfpose3d", None, [], "selfpose3d"),
    ],
)
def test_command_line(line: str, action: str | None, extra: list[str], weights: str | None) -> None:
    options, rest = setup.parse_arguments(line.split())
    assert (options.action, rest, options.weights) == (action, extra, weights)


@pytest.mark.parametrize("line", ["walk", "--frames 0:10", "--weights other"])
def test_unknown_options_are_refused(line: str, capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit) as stopped:
        setup.parse_arguments(line.split())
    assert stopped.value.code == 2
    assert "usage: python quick_setup.py" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("window", "display", "extra", "expected"),
    [
        (True, "DISPLAY", [], ["run.py"]),
        (True, "WAYLAND_DISPLAY", ["--source", "x"], ["run.py", "--source", "x"]),
        (True, None, [], ["run.py", "--headless"]),
        (False, "DISPLAY", [], ["run.py", "--headless"]),
        (True, None, ["--headless"], ["run.py", "--headless"]),
    ],
)
def test_main_job(
    root: Path, monkeypatch: pytest.MonkeyPatch, window: bool, display: str | None, extra: list[str], expected: list[str]
) -> None:
    monkeypatch.setattr(setup.sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    if display:
        monkeypatch.setenv(display, ":0")
    (root / "run.py").touch()
    if window:
        (root / "poc_ui.py").touch()
    command = setup.main_job_command(Path("python"), extra)
    assert [Path(command[1]).name, *command[2:]] == expected


def test_action_takes_over_after_everything_is_prepared(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order = []
    monkeypatch.setattr(setup, "prepare", lambda steps: order.append([step.key for step in steps]))
    monkeypatch.setattr(setup, "become", lambda command, cwd=None: order.append(([str(part) for part in command[1:]], cwd)))
    assert setup.main(["test", "--", "-x"]) == 0
    keys = ["python", "disk", "environment", "packages", "libraries", "demo"]
    assert order == [keys, (["-m", "pytest", "-x"], root)]


# --- environment and packages --------------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="the fake environment has POSIX's layout")
class TestPackages:
    def prepare(self) -> None:
        for step in fresh_steps():
            if not step.done():
                step.do()

    def test_second_run_starts_nothing(self, root: Path, commands: Commands) -> None:
        self.prepare()
        started = len(commands.started)
        self.prepare()
        assert len(commands.started) == started == 3  # venv, CPU torch, install
        assert not (root / ".venv" / ".incoming").exists()

    def test_changed_requirements_are_installed_into_the_same_environment(self, root: Path, commands: Commands) -> None:
        self.prepare()
        (root / "requirements.txt").write_text("torch==2.13.0\ntqdm==4.70.1\n")
        self.prepare()
        assert (commands.count("venv"), commands.count("pip install")) == (1, 2)

    def test_environment_of_another_python_is_rebuilt(self, root: Path, commands: Commands) -> None:
        self.prepare()
        (root / ".venv" / "pyvenv.cfg").write_text("version = 3.8.1\n")
        self.prepare()
        assert commands.count("venv --clear") == 1
        assert commands.count("pip install") == 2

    def test_unstamped_environment_is_not_trusted(self, root: Path, commands: Commands) -> None:
        make_venv([str(root / ".venv")])
        environment, packages = fresh_steps()
        assert not environment.done()
        assert not packages.done()

    def test_killed_installation_is_never_taken_for_complete(self, root: Path, commands: Commands) -> None:
        def killed(command: list[str]) -> None:
            raise KeyboardInterrupt

        commands.on("pip install", killed)
        with pytest.raises(KeyboardInterrupt):
            self.prepare()
        environment, packages = fresh_steps()
        assert not environment.done()
        assert not packages.done()
        commands.on("pip install")
        self.prepare()
        assert commands.count("venv --clear") == 1, "half-installed packages must not survive"
        assert packages.done()

    def test_killed_before_the_stamp(self, root: Path, commands: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
        environment, packages = fresh_steps()
        environment.do()

        def killed(path: Path, text: str) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(setup, "write_whole", killed)
        with pytest.raises(KeyboardInterrupt):
            packages.do()
        assert not packages.done()

    def test_no_network_keeps_the_environment(self, root: Path, commands: Commands) -> None:
        broken = (
            "WARNING: Retrying (...) after connection broken by 'NewConnectionError(...)': /simple/numpy/\nERROR: No matching\n"
        )
        commands.on("pip install", (1, broken))
        with pytest.raises(setup.Stop, match="registry can't be reached"):
            self.prepare()
        assert setup.Environment().done()
        commands.on("pip install")
        self.prepare()
        assert commands.count("--clear") == 0

    def test_full_disk_is_one_sentence(self, root: Path, commands: Commands, capsys: pytest.CaptureFixture) -> None:
        commands.on(
            "pip install", (1, "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n")
        )
        assert setup.main([]) == 1
        error = capsys.readouterr().err
        assert "The disk is full" in error
        assert "Traceback" not in error
        assert not setup.Environment().done(), "what pip left half-installed must not survive"

    def test_pip_says_its_reason(self, root: Path, commands: Commands) -> None:
        commands.on("pip install", (1, "Collecting x\nERROR: No matching distribution found for x==9\nnote: more\n"))
        with pytest.raises(setup.Stop, match=r"requirements\.txt: No matching distribution found for x==9\. Check"):
            self.prepare()

    def test_venv_module_missing(self, root: Path, commands: Commands) -> None:
        commands.on("venv", (1, "Error: ensurepip is not available\n"))
        with pytest.raises(setup.Stop, match="install python3-venv"):
            self.prepare()

    def test_requirements_missing(self, root: Path, commands: Commands) -> None:
        (root / "requirements.txt").unlink()
        with pytest.raises(setup.Stop, match="is missing: the checkout is incomplete"):
            self.prepare()


class TestTorch:
    @pytest.fixture
    def options(self, root: Path, commands: Commands, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
        monkeypatch.setattr(setup.sys, "platform", "linux")
        _, packages = fresh_steps()
        return lambda: [str(word) for word in packages.cpu_torch(["pip"], setup.fresh_folder(root / "in"))]

    def test_cpu_build_where_the_index_offers_one(self, root: Path, commands: Commands, options) -> None:
        assert options() == ["--find-links", str(root / "in"), "--constraint", str(root / "in" / "constraint.txt")]
        assert (root / "in" / "constraint.txt").read_text() == "torch==2.13.0+cpu\n"
        assert commands.count("pip download --no-deps torch==2.13.0+cpu") == 1

    def test_otherwise_the_size_is_said(self, commands: Commands, options, monkeypatch, capsys) -> None:
        commands.on("pip download", (1, "ERROR: No matching distribution found for torch==2.13.0+cpu\n"))
        monkeypatch.setattr(setup.shutil, "disk_usage", lambda path: DiskUsage(100 * setup.GB))
        assert options() == []
        assert "about 3 GB to download" in capsys.readouterr().out

    def test_otherwise_the_disk_must_be_larger(self, commands: Commands, options, monkeypatch) -> None:
        commands.on("pip download", (1, "ERROR: No matching distribution found for torch==2.13.0+cpu\n"))
        monkeypatch.setattr(setup.shutil, "disk_usage", lambda path: DiskUsage(5 * setup.GB))
        with pytest.raises(setup.Stop, match=r"Only 5.0 GB are free .* 12.0 GB are needed"):
            options()

    def test_broken_network_is_not_an_index_without_the_build(self, commands: Commands, options) -> None:
        commands.on("pip download", (1, "Retrying after connection broken\nERROR: No matching distribution found for torch\n"))
        with pytest.raises(setup.Stop, match="registry can't be reached"):
            options()

    def test_gpu_takes_the_standard_build(self, commands: Commands, options, monkeypatch) -> None:
        monkeypatch.setattr(setup, "has_nvidia_gpu", lambda: True)
        assert options() == []
        assert commands.started == []


class DiskUsage:
    def __init__(self, free: int) -> None:
        self.free = free


def test_little_disk_stops_before_anything_is_made(root: Path, commands: Commands, monkeypatch, capsys) -> None:
    monkeypatch.setattr(setup.shutil, "disk_usage", lambda path: DiskUsage(setup.GB))
    assert setup.main([]) == 1
    assert "Only 1.0 GB are free" in capsys.readouterr().err
    assert not (root / ".venv").exists()


# --- Debian's packages ---------------------------------------------------------------------------------------------------


@pytest.fixture
def debian(commands: Commands, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A Debian whose package table (name → provides) the test may change; its user isn't root."""
    table = dict.fromkeys(setup.DEBIAN_PACKAGES, "")
    monkeypatch.setattr(setup.sys, "platform", "linux")
    monkeypatch.setattr(setup.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(setup.os, "geteuid", lambda: 1000, raising=False)

    def install(command: list[str]) -> None:
        table.update(dict.fromkeys(command[command.index("--no-install-recommends") + 1 :], ""))

    commands.on("dpkg-query", lambda _: (0, "".join(f"installed\t{name}\t{table[name]}\n" for name in table)))
    commands.on("apt-get update")
    commands.on("apt-get install", install)
    commands.on("sudo true")
    return table


class TestLibraries:
    def test_everything_there(self, debian, commands: Commands) -> None:
        assert setup.SystemLibraries().done()
        assert len(commands.started) == 1

    def test_a_provider_counts(self, debian) -> None:
        del debian["libglib2.0-0"]
        assert setup.SystemLibraries().missing() == ["libglib2.0-0"]
        debian["libglib2.0-0t64"] = "libfoo (= 2), libglib2.0-0 (= 2.80)"
        assert setup.SystemLibraries().done()

    def test_removed_but_configured_does_not_count(self, debian, commands: Commands) -> None:
        commands.on("dpkg-query", (0, "".join(f"config-files\t{name}\t\n" for name in setup.DEBIAN_PACKAGES)))
        assert setup.SystemLibraries().missing() == setup.DEBIAN_PACKAGES

    def test_only_missing_ones_are_installed_with_sudo(self, debian, commands: Commands) -> None:
        del debian["xvfb"], debian["fonts-nanum"]
        step = setup.SystemLibraries()
        step.do()
        install = next(line for line in commands.started if "install" in line.split())
        assert install.startswith("sudo -n env DEBIAN_FRONTEND=noninteractive apt-get ")
        assert install.endswith("--no-install-recommends xvfb fonts-nanum")
        assert step.done()

    def test_root_needs_no_sudo(self, debian, commands: Commands, monkeypatch) -> None:
        del debian["xvfb"]
        monkeypatch.setattr(setup.os, "geteuid", lambda: 0, raising=False)
        setup.SystemLibraries().do()
        assert commands.count("sudo") == 0
        assert commands.count("apt-get install xvfb") == 1

    def test_password_needed_prints_the_line(self, debian, commands: Commands) -> None:
        del debian["xvfb"]
        commands.on("sudo true", (1, "sudo: a password is required\n"))
        line = "sudo apt-get update && sudo apt-get install -y xvfb"
        with pytest.raises(setup.Stop, match=f"needs a password.*\n  {line}$"):
            setup.SystemLibraries().do()
        assert commands.count("apt-get") == 0

    def test_failed_installation_says_why(self, debian, commands: Commands) -> None:
        del debian["xvfb"]
        commands.on("apt-get install", (100, "Reading lists\nE: Unable to locate package xvfb\n"))
        with pytest.raises(setup.Stop, match="failed: Unable to locate package xvfb"):
            setup.SystemLibraries().do()

    def test_other_linux_gets_a_hint_and_goes_on(self, commands: Commands, monkeypatch, capsys) -> None:
        monkeypatch.setattr(setup.sys, "platform", "linux")
        monkeypatch.setattr(setup.shutil, "which", lambda name: None)
        step = setup.SystemLibraries()
        assert not step.done()
        step.do()
        assert "not a Debian system" in capsys.readouterr().out

    def test_other_systems_need_nothing(self, monkeypatch, commands: Commands) -> None:
        monkeypatch.setattr(setup.sys, "platform", "darwin")
        assert setup.SystemLibraries().done()


# --- demo recording ------------------------------------------------------------------------------------------------------


def make_wheel() -> bytes:
    """A wheel with the demo folders and things that must stay out."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in setup.DEMO_NAMES:
            for file in setup.DEMO_FILES:
                archive.writestr(f"Pose2Sim/{name}/{file}", f"{name} {file}")
        archive.writestr("Pose2Sim/Demo_SinglePerson/calibration/extrinsics/cam01_ext.png", b"large")
        archive.writestr("Pose2Sim/Demo_Batch/Config.toml", b"not wanted")
        archive.writestr("Pose2Sim/__init__.py", b"raise SystemExit")
        archive.writestr("pose2sim-0.10.49.dist-info/licenses/LICENSE", b"BSD 3-Clause License\nCopyright somebody\n")
    return buffer.getvalue()


class TestDemo:
    @pytest.fixture
    def step(self, root: Path, commands: Commands, monkeypatch: pytest.MonkeyPatch) -> setup.DemoRecording:
        wheel = make_wheel()
        monkeypatch.setattr(setup, "DEMO_SHA256", hashlib.sha256(wheel).hexdigest())
        commands.on("pip download", lambda command: self.save(command, wheel))
        return setup.DemoRecording(setup.Environment())

    @staticmethod
    def save(command: list[str], wheel: bytes) -> None:
        folder = Path(command[command.index("--dest") + 1])
        (folder / "pose2sim-0.10.49-py3-none-any.whl").write_bytes(wheel)

    def test_only_the_demo_files_arrive(self, root: Path, step: setup.DemoRecording, commands: Commands) -> None:
        assert not step.done()
        step.do()
        assert step.done()
        files = {path.relative_to(root / "data").as_posix() for path in (root / "data").rglob("*") if path.is_file()}
        assert files == {"NOTICE", *(f"{name}/{file}" for name in setup.DEMO_NAMES for file in setup.DEMO_FILES)}
        video = root / "data" / "Demo_MultiPerson" / "videos" / "cam03.mp4"
        assert video.read_text() == "Demo_MultiPerson videos/cam03.mp4"
        notice = (root / "data" / "NOTICE").read_text()
        assert "pose2sim 0.10.49" in notice
        assert "Copyright somebody" in notice
        assert commands.count("pip download --no-deps --ignore-requires-python pose2sim==0.10.49") == 1

    def test_wrong_hash_keeps_nothing(self, root: Path, step: setup.DemoRecording, commands: Commands) -> None:
        commands.on("pip download", lambda command: self.save(command, b"something else"))
        expected = hashlib.sha256(b"something else").hexdigest()
        with pytest.raises(setup.Stop, match=f"not the expected file .SHA-256 {expected}.*Nothing was kept"):
            step.do()
        assert list((root / "data").iterdir()) == []

    @pytest.mark.parametrize("at", range(1, 4))
    def test_killed_at_any_rename_is_done_again(self, root: Path, step: setup.DemoRecording, monkeypatch, at: int) -> None:
        real, calls = setup.os.replace, []

        def replace(source: str, target: str) -> None:
            calls.append(target)
            if len(calls) == at:
                raise KeyboardInterrupt
            real(source, target)

        monkeypatch.setattr(setup.os, "replace", replace)
        with pytest.raises(KeyboardInterrupt):
            step.do()
        assert not step.done()
        monkeypatch.setattr(setup.os, "replace", real)
        step.do()
        assert step.done()
        assert not (root / "data" / ".incoming").exists()

    def test_full_disk_while_unpacking_leaves_no_demo_folder(self, root: Path, step: setup.DemoRecording, monkeypatch) -> None:
        real, copied = setup.copy_member, []

        def copy_member(archive, member, target: Path) -> None:
            copied.append(target)
            if len(copied) == 4:
                target.parent.mkdir(exist_ok=True)
                target.write_bytes(b"half")
                raise OSError(errno.ENOSPC, "No space left on device")
            real(archive, member, target)

        monkeypatch.setattr(setup, "copy_member", copy_member)
        with pytest.raises(OSError, match="No space left"):
            step.do()
        assert not step.done()
        assert [path.name for path in (root / "data").iterdir()] == [".incoming"]

    def test_damaged_folder_is_replaced_and_whole_one_left_alone(self, root: Path, step: setup.DemoRecording) -> None:
        step.do()
        (root / "data" / "Demo_MultiPerson" / "videos" / "cam02.mp4").unlink()
        mine = root / "data" / "Demo_SinglePerson" / "mine.txt"
        mine.write_text("kept")
        assert not step.done()
        step.do()
        assert step.done()
        assert mine.read_text() == "kept"

    def test_no_network(self, step: setup.DemoRecording, commands: Commands) -> None:
        commands.on("pip download", (1, "WARNING: Retrying after connection broken by 'NewConnectionError'\nERROR: no\n"))
        with pytest.raises(setup.Stop, match="registry can't be reached"):
            step.do()


# --- checkpoints over HTTP -----------------------------------------------------------------------------------------------


def make_archive(
    extra: dict[str, bytes] | None = None, names: tuple[str, ...] = setup.WEIGHTS_FILES, first: bytes = b""
) -> bytes:
    """A zip of ``first``, then of incompressible checkpoints in a folder, ~300 kB, then of ``extra`` members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("first.txt", first)
        for number, name in enumerate(names):
            archive.writestr(f"models/{name}", content_of(number))
        for name, content in (extra or {}).items():
            archive.writestr(name, content)
    return buffer.getvalue()


def content_of(number: int) -> bytes:
    """100 kB that don't compress, different per number."""
    return b"".join(hashlib.sha256(b"%d %d" % (number, n)).digest() for n in range(3200))


class Server:
    """A loopback file server whose file, manners and accidents the test sets."""

    def __init__(self) -> None:
        self.content = make_archive()
        self.etag: str | None = '"one"'
        self.ranges = True
        self.honours_if_range = True
        self.status = 200
        self.location = ""
        self.break_after: list[int] = []  # bytes of body after which the next connections break off
        self.requests: list[tuple[str | None, int]] = []  # (Range header, status)
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.answer(self)

            def log_message(self, *args: object) -> None:
                pass

        self.httpd = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.httpd.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.httpd.server_address[1]}/models.zip"

    def answer(self, handler: http.server.BaseHTTPRequestHandler) -> None:
        asked = handler.headers.get("Range")
        same = handler.headers.get("If-Range") == self.etag or not self.honours_if_range
        start = int(re.match(r"bytes=(\d+)-", asked).group(1)) if asked and self.ranges and same else 0
        status = self.status if self.status != 200 else 206 if start else 200
        if start >= len(self.content):
            status = 416
        self.requests.append((asked, status))
        handler.send_response(status)
        body = self.content[start:] if status in (200, 206) else b""
        handler.send_header("Content-Length", str(len(body)))
        if self.location:
            handler.send_header("Location", self.location)
        if status == 206:
            handler.send_header("Content-Range", f"bytes {start}-{len(self.content) - 1}/{len(self.content)}")
        if self.etag:
            handler.send_header("ETag", self.etag)
        handler.end_headers()
        if self.break_after and status != 416:
            body = body[: self.break_after.pop(0)]
        handler.wfile.write(body)

    def close(self) -> None:
        self.httpd.shutdown()
        self.thread.join()
        self.httpd.server_close()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A well-behaved server of a good archive; no proxy, no pauses between tries."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(setup.Download, "PAUSE_S", 0.0)
    monkeypatch.setattr(setup.Download, "TIMEOUT_S", 5.0)
    made = Server()
    yield made
    made.close()


@pytest.fixture
def step(root: Path, server: Server) -> setup.Checkpoints:
    """The step that fetches from ``server``, the licence accepted."""
    return setup.Checkpoints(server.url, accepted=True)


def assert_complete(step: setup.Checkpoints) -> None:
    """The three files are there, byte for byte, and nothing else but the notice."""
    assert step.done()
    for number, name in enumerate(setup.WEIGHTS_FILES):
        assert (step.folder / name).read_bytes() == content_of(number)
    assert {path.name for path in step.folder.iterdir()} == {*setup.WEIGHTS_FILES, "NOTICE"}
    assert not step.incoming.exists()


def test_checkpoints_arrive(step: setup.Checkpoints, server: Server, capsys: pytest.CaptureFixture) -> None:
    assert not step.done()
    step.do()
    assert_complete(step)
    assert "CC BY-NC-SA 4.0" in capsys.readouterr().out
    assert server.requests == [(None, 200)]
    assert "CC BY-NC-SA 4.0" in (step.folder / "NOTICE").read_text()


def test_broken_connection_is_resumed_in_the_same_run(step: setup.Checkpoints, server: Server) -> None:
    server.break_after = [100_000, 50_000]
    step.do()
    assert_complete(step)
    assert server.requests == [(None, 200), ("bytes=100000-", 206), ("bytes=150000-", 206)]


def test_killed_download_is_resumed_by_the_next_run(step: setup.Checkpoints, server: Server, monkeypatch) -> None:
    server.break_after = [100_000]

    def killed(seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", killed)
    with pytest.raises(KeyboardInterrupt):
        step.do()
    assert not step.done()
    setup.Checkpoints(server.url, accepted=True).do()
    assert_complete(step)
    assert server.requests[1:] == [("bytes=100000-", 206)]


def test_server_without_ranges_starts_over(step: setup.Checkpoints, server: Server) -> None:
    server.ranges = False
    server.break_after = [100_000]
    step.do()
    assert_complete(step)
    assert [status for _, status in server.requests] == [200, 200]


def test_server_without_validator_starts_over(step: setup.Checkpoints, server: Server) -> None:
    server.etag = None
    server.break_after = [100_000]
    step.do()
    assert_complete(step)
    assert server.requests == [(None, 200), (None, 200)]


@pytest.mark.parametrize("honours_if_range", [True, False])
def test_changed_file_starts_over(step: setup.Checkpoints, server: Server, monkeypatch, honours_if_range: bool) -> None:
    server.honours_if_range = honours_if_range
    server.break_after = [100_000]
    server.content = make_archive(first=b"1st edition")

    def publish(seconds: float) -> None:
        server.content, server.etag = make_archive(first=b"2nd edition"), '"two"'

    monkeypatch.setattr(time, "sleep", publish)
    step.do()
    assert [status for _, status in server.requests][-1] == 200
    assert_complete(step)


def test_part_longer_than_the_file_starts_over(step: setup.Checkpoints, server: Server, monkeypatch) -> None:
    server.break_after = [len(server.content) - 10]
    server.honours_if_range = False

    def publish(seconds: float) -> None:
        server.content = make_small_archive()

    monkeypatch.setattr(time, "sleep", publish)
    with pytest.raises(setup.Stop, match="it lacks backbone_epoch20"):
        step.do()
    assert [status for _, status in server.requests] == [200, 416, 200]


def make_small_archive() -> bytes:
    """An archive that lacks one of the three files."""
    return make_archive(names=setup.WEIGHTS_FILES[:2])


def test_whole_part_of_a_killed_run_needs_no_connection(step: setup.Checkpoints, server: Server, monkeypatch) -> None:
    real = setup.os.replace

    def killed(source: str, target: str) -> None:
        if target.endswith(".zip"):
            raise KeyboardInterrupt
        real(source, target)

    monkeypatch.setattr(setup.os, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        step.do()
    monkeypatch.setattr(setup.os, "replace", real)
    setup.Checkpoints(server.url, accepted=True).do()
    assert_complete(step)
    assert len(server.requests) == 1


def test_part_of_another_address_is_not_used(step: setup.Checkpoints, server: Server) -> None:
    server.break_after = [100_000, 0, 0, 0, 0, 0]
    with pytest.raises(setup.Stop, match="bytes arrived"):
        step.do()
    assert (step.incoming / "archive.zip.part").stat().st_size == 100_000
    server.requests.clear()
    setup.Checkpoints(server.url + "?mirror", accepted=True).do()
    assert_complete(step)
    assert server.requests == [(None, 200)]


@pytest.mark.parametrize(
    "side_file",
    [
        b"",
        b"{",
        b"[1, 2]",
        b"\xff\xfe",
        b'{"url": 3}',
        b"[" * 100_000,
        b'{"url": "URL", "validator": "\\"one\\"", "total": -1}',
    ],
)
def test_a_damaged_side_file_starts_the_download_over(step: setup.Checkpoints, server: Server, side_file: bytes) -> None:
    step.incoming.mkdir(parents=True)
    (step.incoming / "archive.zip.part").write_bytes(b"half of something")
    (step.incoming / "archive.zip.json").write_bytes(side_file.replace(b"URL", server.url.encode()))
    step.do()
    assert_complete(step)
    assert server.requests == [(None, 200)]


def test_the_archive_s_hash_is_printed_and_checked_where_one_is_known(
    step: setup.Checkpoints, server: Server, capsys: pytest.CaptureFixture
) -> None:
    found = hashlib.sha256(server.content).hexdigest()
    with pytest.raises(setup.Stop, match=f"SHA-256 {found}, expected 0000"):
        setup.Checkpoints(server.url, accepted=True, sha256="0" * 64).do()
    assert not step.incoming.exists()
    setup.Checkpoints(server.url, accepted=True, sha256=found.upper()).do()
    assert_complete(step)
    assert found in capsys.readouterr().out


def test_a_redirection_out_of_https_is_not_followed(step: setup.Checkpoints, server: Server) -> None:
    server.status, server.location = 302, "file:///etc/passwd"
    with pytest.raises(setup.Stop, match=r"Redirection to url .file:|redirected to file:"):
        step.do()
    server.location = "http://127.0.0.1:9/other.zip"
    with pytest.raises(setup.Stop, match="redirected to http://127"):
        step.do()


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/x", "x.zip"])
def test_only_http_and_https_are_addresses(root: Path, server: Server, url: str) -> None:
    with pytest.raises(setup.Stop, match="Can't download"):
        setup.Checkpoints(url, accepted=True).do()


def test_archives_that_are_or_unfold_to_too_much_are_refused(
    step: setup.Checkpoints, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup, "MAX_UNPACKED", 1000)
    with pytest.raises(setup.Stop, match="unfolds to too much"):
        step.do()
    monkeypatch.setattr(setup, "MAX_ARCHIVE", 1000)
    with pytest.raises(setup.Stop, match="it would be"):
        step.do()


def test_server_that_never_gets_further_is_given_up(step: setup.Checkpoints, server: Server) -> None:
    server.break_after = [1000] + [0] * 20
    with pytest.raises(setup.Stop, match="it goes on where it stopped"):
        step.do()
    assert len(server.requests) == 1 + setup.Download.TRIES


def test_http_error(step: setup.Checkpoints, server: Server) -> None:
    server.status = 404
    with pytest.raises(setup.Stop, match=r"Can't download http://127.0.0.1:\d+/models.zip: HTTP 404 Not Found"):
        step.do()
    assert len(server.requests) == 1


def test_nobody_listens(root: Path, server: Server) -> None:
    server.close()
    with pytest.raises(setup.Stop, match="refused"):
        setup.Checkpoints(server.url, accepted=True).do()


def test_not_an_address(root: Path) -> None:
    with pytest.raises(setup.Stop, match="unknown url type"):
        setup.Checkpoints("models.zip", accepted=True).do()


def linked_archive() -> bytes:
    """An archive one of whose files is a symbolic link to /etc/passwd."""
    buffer = io.BytesIO(make_archive(names=setup.WEIGHTS_FILES[:2]))
    with zipfile.ZipFile(buffer, "a") as archive:
        link = zipfile.ZipInfo(setup.WEIGHTS_FILES[2])
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return buffer.getvalue()


def damaged_archive() -> bytes:
    """A good archive with one byte of one file changed."""
    content = bytearray(make_archive())
    content[150_000] ^= 1
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<html>not found</html>", "not a zip file"),
        (make_archive()[:200_000], "not a zip file"),
        (damaged_archive(), "rootnet_epoch2.pth.tar is damaged"),
        (make_small_archive(), "it lacks backbone_epoch20.pth.tar"),
        (make_archive({"other/cam5_posenet.pth.tar": b"x"}), "cam5_posenet.pth.tar is in it twice"),
        (make_archive({"../evil.txt": b"x"}), "unsafe path '../evil.txt'"),
        (make_archive({"models/../../evil.txt": b"x"}), "unsafe path"),
        (make_archive({"..\\evil.txt": b"x"}), "unsafe path"),
        (make_archive({"/tmp/evil.txt": b"x"}), "unsafe path"),
        (make_archive({"C:evil.txt": b"x"}), "unsafe path"),
        (linked_archive(), "is a link"),
    ],
)
def test_bad_archive_is_refused_and_deleted(step: setup.Checkpoints, server: Server, root: Path, content, reason) -> None:
    server.content = content
    before = sorted(root.rglob("*"))
    with pytest.raises(setup.Stop, match=f"can't be used: .*{re.escape(reason)}") as stopped:
        step.do()
    assert "It was deleted" in str(stopped.value)
    assert sorted(root.rglob("*")) == before
    assert not step.done()
    server.content = make_archive()
    step.do()
    assert_complete(step)


def test_little_disk_keeps_what_arrived(step: setup.Checkpoints, server: Server, monkeypatch) -> None:
    free = iter([100 * setup.GB, 0, 100 * setup.GB])
    monkeypatch.setattr(setup.shutil, "disk_usage", lambda path: DiskUsage(next(free)))
    with pytest.raises(setup.Stop, match="Free some space"):
        step.do()
    assert not step.done()
    step.do()
    assert_complete(step)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("tty", "answer", "accepted"), [(True, "y", True), (True, "", False), (True, "n", False), (False, "y", False)]
)
def test_licence_is_asked_for(root: Path, server: Server, monkeypatch, capsys, tty: bool, answer: str, accepted: bool) -> None:
    terminal = io.StringIO(answer + "\n")
    terminal.isatty = lambda: tty
    monkeypatch.setattr(setup.sys, "stdin", terminal)
    step = setup.Checkpoints(server.url, accepted=False)
    if accepted:
        step.do()
        assert_complete(step)
    else:
        with pytest.raises(setup.Stop, match="add --accept-licence"):
            step.do()
        assert server.requests == []
        assert not step.done()


# --- the seam itself -----------------------------------------------------------------------------------------------------


def test_run_command_returns_status_and_output_and_shows_what_is_asked(capsys: pytest.CaptureFixture) -> None:
    code = "import sys; print('Downloading x'); print('noise'); sys.exit(3)"
    assert setup.run_command([sys.executable, "-c", code], show="^Downloading") == (3, "Downloading x\nnoise\n")
    assert capsys.readouterr().out == "  Downloading x\n"


def test_run_command_without_the_program() -> None:
    status, output = setup.run_command(["/nowhere/program"])
    assert status == 127
    assert "/nowhere/program" in output


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (KeyboardInterrupt(), "Interrupted. Run the same command again"),
        (OSError(errno.ENOSPC, "No space left on device"), "The disk is full"),
        (
            PermissionError(errno.EACCES, "Permission denied", "data"),
            "Can't read or write: [Errno 13] Permission denied: 'data'",
        ),
    ],
)
def test_failures_are_one_sentence(root: Path, monkeypatch, capsys, error: BaseException, sentence: str) -> None:
    def fail(steps: list) -> None:
        raise error

    monkeypatch.setattr(setup, "prepare", fail)
    assert setup.main(["run"]) == 1
    text = capsys.readouterr().err.strip()
    assert text.startswith(sentence)
    assert "\n" not in text
