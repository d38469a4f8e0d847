"""A recording whose calibration is to be mended: what its rig check says is wrong has to be put right first.

People can say by how much a camera is turned only if it shows what the others show, at the same time: of a camera that is
late, mirrored or another one's, mending would make nothing better, and bend the others to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from modules.core.errors import Note, SourceError, together
from modules.core.names import readable
from modules.core.people2d import FindPeople2D, People2D
from modules.core.protocols import FrameSource
from modules.core.rig import Finding, RigReport, Subject, Verdict
from modules.core.rig_text import option_text
from modules.core.types import Camera, FrameSet
from modules.rig.check.apply import CorrectedSource, Corrections, given_again
from modules.rig.in_file import of_raw_frames, opened_of, own_keys, refuse_redrawn

#: What is only proposed of these says that a camera is not what the calibration says; of the unit no camera is wrong alone.
IN_THE_WAY = (Subject.EXCHANGED, Subject.MIRRORED, Subject.TIME, Subject.POSE)


@dataclass(frozen=True, eq=False)
class ToMend:
    """An open recording, in its calibration's own coordinates and with its pictures as they lie.

    Attributes:
        source: with its videos exchanged or mirrored back, its poses inverted and its lengths in mm, as far as that is known.
        report: of its rig check; None: that is off. done: what was done to it.
    """

    source: FrameSource
    report: RigReport | None = None
    done: Corrections = field(default_factory=Corrections)

    @staticmethod
    def of(source: FrameSource, report: RigReport | None, done: Corrections) -> ToMend:
        """Args: done: all that is known to be right of the recording; its level world and turned pictures are left out.

        Raises:
            SourceError: what is mended would not fit the videos.
        """
        refuse_redrawn(source.info)
        done = replace(done, turned={}, world=None, space=None)
        return ToMend(source if done.changes_nothing else CorrectedSource(source, done), report, done)

    @property
    def made_from(self) -> str:
        """What the mended calibration says in its file that it rests on."""
        return f"mended by the people in it: {readable(self.source.info.path)}"

    def refuse_faulty(self) -> None:
        """SourceError with what the rig check says, and what to do, where mending would bend good cameras to a wrong one."""
        findings = () if self.report is None else self.report.findings
        self._refuse_turned(findings)
        faults = [f for f in findings if _in_the_way(f)]
        if not faults:
            return
        options = dict(option for fault in faults for option in fault.options)
        if options:
            raise SourceError(
                "{fault} Mending would bend the other cameras to that. Put it right first: in the window with Tools → Rig "
                "check, at the command line with {options}. (To mend all the same: {unchecked})",
                fault=_first(faults), options=" ".join(option_text(*each) for each in options.items()),
                unchecked=option_text("RIG.CHECK", False),
            )  # fmt: skip
        raise SourceError(
            "{fault} Mending would bend the other cameras to that. Put it right first. (To mend all the same: {unchecked})",
            fault=_first(faults), unchecked=option_text("RIG.CHECK", False),
        )  # fmt: skip

    def _refuse_turned(self, findings: Sequence[Finding]) -> None:
        """SourceError where pictures were turned by hand, and people lie in them since."""
        lying = [f for f in findings if f.subject is Subject.TURNED and self._by_hand.intersection(f.cameras)]
        if lying:
            raise SourceError(
                "SOURCE.QUARTER_TURNS turns the pictures of {cameras} so that people lie in them. Put it right first: "
                "{options}.",
                cameras=", ".join(name for f in lying for name in f.cameras),
                options=" ".join(option_text(*option) for f in lying for option in f.options),
            )  # fmt: skip

    @property
    def _by_hand(self) -> set[str]:
        """Names of the cameras whose pictures the configuration turns."""
        info = self.source.info
        return {n for n, o in zip(info.camera_names, opened_of(info), strict=True) if o.quarter_turns != o.own_turns}

    def upright(self, find: FindPeople2D) -> FindPeople2D:
        """The 2D network, told which pictures lie on their side."""
        turns = None if self.report is None or not any(self.report.quarter_turns) else self.report.quarter_turns

        def seen(frame: FrameSet, _turns: tuple[int, ...] | None) -> People2D:
            return find(frame, turns)

        return seen

    def in_the_file(self, cameras: Sequence[Camera]) -> tuple[Camera, ...]:
        """Mended cameras as the calibration that was given has them, of raw frames."""
        return of_raw_frames(given_again(cameras, self.done), self.source.info)

    @property
    def own_keys(self) -> dict[str, dict[str, int]]:
        """What else its file has to say (``write.pose2sim``): who is late, whose frames are turned."""
        return own_keys(self.source.info)


def _in_the_way(finding: Finding) -> bool:
    proposed = finding.verdict is Verdict.PROPOSED and finding.subject in IN_THE_WAY
    return proposed or finding.verdict is Verdict.CONTRADICTED


def _first(faults: Sequence[Finding]) -> Note:
    """The first two sentences; more of them would hide what to do."""
    return together([fault.sentence for fault in faults[:2]])
