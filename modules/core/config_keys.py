"""Every configuration key: its type, default, bounds and meaning, and what another value changes.

The names follow the published VoxelPose and SelfPose3d files; keys that only their training or their data sets use are in
``PUBLISHED_TRAINING_KEYS``. How files are read against this table: ``config``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from .errors import Note
from .formats import RECORDING_FORMATS
from .skeleton import NUM_JOINTS

#: Bounds of a number that has none of its own: arithmetic on it stays finite in float32.
MOST = 1e9
#: Entries of a list or table without a length of its own, and letters of a text.
MOST_ENTRIES, MOST_LETTERS = 256, 4096


class Changes(Enum):
    """What has to be done anew when a key gets another value."""

    RESULTS = "results"  # what is found in a frame: another take
    MEANS = "means"  # how results are come by: the network is loaded again, what was computed stays
    RECORDING = "recording"  # what is opened, and how
    PEOPLE = "people"  # who is who in what was found: worked out again from the take
    VIEW = "view"  # what is asked for, shown or kept at hand


#: What a value is called that isn't one.
KINDS: Mapping[type, Note] = {
    bool: Note("true or false"),
    int: Note("a whole number"),
    float: Note("a number"),
    str: Note("a text"),
}


@dataclass(frozen=True)
class Key:
    """One declared key.

    Attributes:
        default: the value without a file; its type is the key's type.
        help: one sentence in English, for the settings tree and the README (also the translation key).
        kind: int, float, bool, str, or dict (str → int).
        length: for lists: the number of entries, None for any; scalars: -1.
        choices: the values allowed, empty for any.
        low, high: bounds of every number, inclusive.
        changes: what another value changes.
    """

    default: Any
    help: str
    kind: type
    length: int | None = -1
    choices: tuple[Any, ...] = ()
    low: float = -MOST
    high: float = MOST
    changes: Changes = Changes.RESULTS

    @property
    def is_list(self) -> bool:
        """Whether the value is a list of ``kind``."""
        return self.length != -1

    def parse(self, value: object) -> Any:
        """``value`` as this key's type; ValueError with the reason otherwise. An int is a float, nothing else is converted."""
        if not self.is_list:
            return self._scalar(value)
        if not isinstance(value, (list, tuple)):
            raise ValueError(Note("expected a list like [a, b], got {value}", value=_shown(value)))
        if self.length is not None and len(value) != self.length:
            raise ValueError(Note("expected {count} entries, got {found}", count=self.length, found=len(value)))
        if len(value) > MOST_ENTRIES:
            raise ValueError(Note("expected at most {count} entries, got {found}", count=MOST_ENTRIES, found=len(value)))
        return [self._scalar(entry) for entry in value]

    def _scalar(self, value: object) -> Any:
        if self.kind is dict:
            if not isinstance(value, Mapping) or not all(
                isinstance(k, str) and isinstance(v, int) and not isinstance(v, bool) for k, v in value.items()
            ):
                raise ValueError(Note("expected a table of names and whole numbers"))
            if len(value) > MOST_ENTRIES:
                raise ValueError(Note("expected at most {count} entries, got {found}", count=MOST_ENTRIES, found=len(value)))
            for number in value.values():
                self._check_bounds(number)
            return dict(value)
        if self.kind is float and isinstance(value, int) and not isinstance(value, bool):
            self._check_bounds(value)  # before it is turned: a float has no room for 400 digits
            value = float(value)
        if type(value) is not self.kind:
            raise ValueError(Note("expected {expected}, got {value}", expected=KINDS[self.kind], value=_shown(value)))
        if self.choices and value not in self.choices:
            choices = ", ".join(map(str, self.choices))
            raise ValueError(Note("expected one of {choices}, got {value}", choices=choices, value=_shown(value)))
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            self._check_bounds(value)
        if isinstance(value, str) and (len(value) > MOST_LETTERS or "\0" in value):
            raise ValueError(Note("expected a text of at most {count} letters", count=MOST_LETTERS))
        return value

    def _check_bounds(self, value: float) -> None:
        if not self.low <= value <= self.high:
            raise ValueError(Note("{value} is outside {low:g}…{high:g}", value=_shown(value), low=self.low, high=self.high))


def _shown(value: object) -> str:
    """A value for a sentence, however long it is."""
    if isinstance(value, int) and abs(value) >= 10**20:
        return "…" if value > 0 else "-…"  # Python refuses to write out what has thousands of digits
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:60] + "…"


def _v2v_keys(prefix: str, what: str) -> dict[str, Key]:
    return {
        f"{prefix}.CHANNELS": Key(
            [16, 32, 64, 128], f"Channels of the {what}'s V2V: stem, full, half, quarter size.", int, 4, low=1, high=1024
        ),
        f"{prefix}.FRONT_KERNEL": Key(7, f"Kernel of the {what}'s first 3D convolution, voxels.", int, choices=(3, 5, 7)),
        f"{prefix}.RESIDUAL": Key(False, f"Whether the {what}'s V2V output is added to its input volume.", bool),
    }


#: Keys that describe one room: fitted for a rig that MULTI_PERSON.RIG does not name, unless MULTI_PERSON.KEEP names them.
FITTED_KEYS = (
    "MULTI_PERSON.SPACE_SIZE", "MULTI_PERSON.SPACE_CENTER", "MULTI_PERSON.INITIAL_CUBE_SIZE", "NETWORK.IMAGE_SIZE",
    "NETWORK.HEATMAP_SIZE", "FILTER.ANKLE_RANGE_MM", "LOD.ORIGIN_XY_MM",
)  # fmt: skip
#: Keys that name a network's file.
NETWORK_FILES = (
    "WEIGHTS.ALL", "WEIGHTS.BACKBONE", "WEIGHTS.ROOT_NET", "WEIGHTS.POSE_NET", "WEIGHTS.REFINE_NET",
    "WEIGHTS.LAST_STEP", "ONNX.DETECTOR",
)  # fmt: skip
#: The networks that nearly all arithmetic is in.
HEAVY_PARTS = ("backbone", "root_net", "pose_net")

KEYS: dict[str, Key] = {
    "BACKBONE_MODEL": Key(
        "pose_resnet", "2D network that turns images into heatmaps.", str, choices=("pose_resnet", "movenet_multipose", "onnx")
    ),
    "NETWORK.NUM_JOINTS": Key(NUM_JOINTS, "Joints of the skeleton.", int, choices=(NUM_JOINTS,)),
    "NETWORK.IMAGE_SIZE": Key([960, 512], "Network image (width, height), px.", int, 2, low=32, high=4096),
    "NETWORK.HEATMAP_SIZE": Key([240, 128], "Heatmap (width, height), cells.", int, 2, low=8, high=1024),
    "NETWORK.BETA": Key(100.0, "Sharpness of the pose net's soft-argmax.", float, low=1e-3, high=1e6),
    "NETWORK.ROOTNET_ROOTHM": Key(True, "Whether the root net sees the mid-hip heatmap alone.", bool),
    "POSE_RESNET.NUM_LAYERS": Key(50, "Depth of PoseResNet.", int, choices=(50, 101, 152)),
    "POSE_RESNET.NUM_DECONV_LAYERS": Key(3, "Up-sampling layers of PoseResNet.", int, choices=(3,)),
    "POSE_RESNET.NUM_DECONV_FILTERS": Key([256, 256, 256], "Channels of the up-sampling layers.", int, 3, low=1, high=2048),
    "POSE_RESNET.NUM_DECONV_KERNELS": Key([4, 4, 4], "Kernels of the up-sampling layers.", int, 3, choices=(2, 3, 4)),
    "POSE_RESNET.DECONV_WITH_BIAS": Key(False, "Whether the up-sampling layers have a bias.", bool),
    "POSE_RESNET.FINAL_CONV_KERNEL": Key(1, "Kernel of PoseResNet's last layer.", int, choices=(1, 3)),
    "ONNX.KIND": Key(
        "heatmaps",
        "What an ONNX 2D network answers: heatmaps or people of a whole image, or SimCC or heatmaps of one person's crop.",
        str,
        choices=("heatmaps", "people", "crop_simcc", "crop_heatmaps"),
    ),
    "ONNX.JOINTS": Key("coco17", "Its joints: a set of configs/joints, or a YAML file with their names.", str),
    "ONNX.MEAN": Key([0.0, 0.0, 0.0], "What is subtracted from its image, per channel, 0 to 255.", float, 3),
    "ONNX.STD": Key([255.0, 255.0, 255.0], "What its image is then divided by, per channel.", float, 3, low=1e-3),
    "ONNX.CROP_SIZE": Key([192, 256], "A crop's (width, height), px, for networks of crops.", int, 2, low=32, high=1024),
    "ONNX.DETECTOR": Key("movenet_multipose.safetensors", "Built-in 2D network that finds whom to crop, by its weights.", str),
    **_v2v_keys("ROOT_V2V", "root net"),
    **_v2v_keys("POSE_V2V", "pose net"),
    "ROOT_V2V.PLANE": Key(
        False,
        "The root net looks from above (2D convolutions, heights as channels; CHANNELS: full to eighth size) instead of a V2V.",
        bool,
    ),
    "ROOT_V2V.DILATE": Key(
        False,
        "The root net reads heatmaps whose peaks are widened by a cell, so that none falls between two voxels.",
        bool,
    ),
    "POSE_V2V.CENTER": Key(
        0.0,
        "Width of the Gaussian that tells the pose net where its box's middle is, in halves of the box; 0: none.",
        float,
        low=0.0,
    ),
    "REFINE.STAGES": Key(0, "Refinements of a pose behind the pose net; 0: none, as published.", int, low=0, high=10),
    "REFINE.POSE_NET": Key(
        True,
        "A refinement starts from the pose net's pose too; false: only from the one by which somebody was recognised (faster).",
        bool,
    ),
    "REFINE.ROUNDS": Key(3, "Refinements of a pose in use; those beyond STAGES repeat the last.", int, low=0, high=20),
    "REFINE.ROUNDS_ALONE": Key(
        2, "Refinements of a pose behind those, on what the other people leave of the heatmaps, at most.", int, low=0, high=20
    ),
    "REFINE.STILL_MM": Key(
        0.0,
        "A pose whose joints moved by no more than this on average, mm, in a refinement alone is not refined again.",
        float,
        low=0.0,
    ),
    "REFINE.CHANNELS": Key(
        [64, 128], "Channels of the refinement: of a joint in a view, of a joint.", int, 2, low=4, high=2048
    ),
    "REFINE.BLOCKS": Key(3, "Rounds of exchange between views and joints in a refinement.", int, low=1, high=16),
    "REFINE.LAST_STEP": Key(
        0, "Rounds of exchange in the network for a pose's last step, behind REFINE.ROUNDS_ALONE; 0: none.", int, low=0, high=16
    ),
    "REFINE.PROPOSALS": Key(20, "Root proposals that a refinement verifies, in place of MAX_PEOPLE_NUM.", int, low=1, high=100),
    "REFINE.LOOKS": Key(
        2, "How often the root net looks, each time at what the people found so far leave of the heatmaps.", int, low=1, high=5
    ),
    "REFINE.THRESHOLD": Key(
        0.5, "Verdict of the refinement (0 to 1) above which a root proposal is a person.", float, low=0.0, high=1.0
    ),
    "REFINE.SAME_MM": Key(
        300.0,
        "Of two proposals whose joints are closer than this on average the weaker is dropped, mm.",
        float,
        low=0.0,
    ),
    "PROJECTION.STRICT_VISIBILITY": Key(
        True,
        "Points behind a camera or beyond the lens's valid radius don't count as seen; false keeps the published behaviour.",
        bool,
    ),
    "PROJECTION.MIN_VIEWS": Key(
        0,
        "A voxel's heatmap sum is divided by at least this many views, so that one view alone never looks certain.",
        int,
        low=0,
        high=MOST_ENTRIES,
    ),
    "DATASET.ROOTIDX": Key(2, "Joint that stands for a person's root (2: mid-hip).", int, low=0, high=NUM_JOINTS - 1),
    "DATASET.COLOR_RGB": Key(True, "The network gets RGB; false: BGR.", bool),
    "MULTI_PERSON.SPACE_SIZE": Key(
        [8000.0, 8000.0, 2000.0], "Size of the observed space (x, y, z), mm.", float, 3, low=1.0, high=1e6
    ),
    "MULTI_PERSON.SPACE_CENTER": Key(
        [0.0, -500.0, 800.0], "Centre of the observed space (x, y, z), mm, world.", float, 3, low=-1e7, high=1e7
    ),
    "MULTI_PERSON.RIG": Key(
        "",
        "Fingerprint of the rig that the space and the image size describe; any other rig gets fitted ones. Empty: every rig.",
        str,
    ),
    "MULTI_PERSON.KEEP": Key(
        [],
        "Keys of space, image size, ankle rule and LoD origin whose values hold in any rig; those given for one run do.",
        str,
        None,
        choices=FITTED_KEYS,
    ),
    "MULTI_PERSON.INITIAL_CUBE_SIZE": Key([80, 80, 20], "Voxels of the root net's volume (x, y, z).", int, 3, low=4, high=512),
    "MULTI_PERSON.MAX_PEOPLE_NUM": Key(10, "People at most in one frame.", int, low=1, high=100),
    "MULTI_PERSON.THRESHOLD": Key(0.3, "Root score above which a proposal is a person.", float, low=0.0, high=1.0),
    "MULTI_PERSON.NMS_RADIUS_MM": Key(
        0.0,
        "Of two proposals closer than this on the floor the weaker is dropped, mm; 0: voxel neighbours only.",
        float,
        low=0.0,
    ),
    "PICT_STRUCT.GRID_SIZE": Key(
        [2000.0, 2000.0, 2000.0], "Size of the pose net's volume around a root (x, y, z), mm.", float, 3, low=1.0, high=1e5
    ),
    "RIG.CHECK": Key(
        True,
        "Before the first frame a few frames' people tell whether the rig is what the calibration says.",
        bool,
        changes=Changes.RECORDING,
    ),
    "RIG.UNIT_FACTOR": Key(
        0.0,
        "What the calibration's lengths are multiplied by to be mm; 0: found out from people.",
        float,
        low=0.0,
        high=1e6,
        changes=Changes.RECORDING,
    ),
    "RIG.UP": Key(
        [],
        "Which way is up in the calibration's coordinates (x, y, z); empty: found out from people.",
        float,
        None,
        changes=Changes.RECORDING,
    ),
    "RIG.FLOOR_MM": Key(
        [],
        "Height of the floor along up in the calibration's coordinates, mm (one number); empty: found out from people.",
        float,
        None,
        changes=Changes.RECORDING,
    ),
    "RIG.EXCHANGED": Key(
        [],
        "Names of two cameras whose files are exchanged; of more, each of whose files is the next one's, the last the first's; "
        "'|' between two such circles.",
        str,
        None,
        changes=Changes.RECORDING,
    ),
    "RIG.MIRRORED": Key([], "Names of the cameras whose picture is mirrored.", str, None, changes=Changes.RECORDING),
    "RIG.INVERTED": Key(
        [], "Names of the cameras whose pose is camera-to-world in the calibration.", str, None, changes=Changes.RECORDING
    ),
    "RIG.WORLD": Key(
        "recording",
        "Coordinates of written files: the calibration's own (recording), or z up, floor at 0, origin under the space (level).",
        str,
        choices=("recording", "level"),
        changes=Changes.VIEW,
    ),
    "RIG.GIVEN": Key(
        [],
        "Keys that the command line gives: there, what was accepted of the rig check does not count. Noted by the program.",
        str,
        None,
        changes=Changes.VIEW,
    ),
    "PICT_STRUCT.CUBE_SIZE": Key([64, 64, 64], "Voxels of the pose net's volume (x, y, z).", int, 3, low=4, high=160),
    "LOD.DISTANCE_MM": Key(
        0.0,
        "People farther than this from the LoD origin keep their root only, mm; 0: no limit.",
        float,
        low=0.0,
        changes=Changes.VIEW,
    ),
    "LOD.ORIGIN_XY_MM": Key([0.0, 0.0], "Where the LoD distance is measured from (x, y), mm, world.", float, 2),
    "FILTER.SEEN_VIEWS": Key(
        2,
        "Views that must show somebody's joints for the person to count as found; of one view alone the distance is a guess.",
        int,
        low=0,
        high=100,
    ),
    "FILTER.ANKLE_RANGE_MM": Key(
        [0.0, 120.0], "A pose is kept if its lower ankle's height lies in this range (low, high), mm above the floor.", float, 2
    ),
    "FACE.CROP_SIZE_PX": Key(224, "Side of a face crop, px of the raw frame.", int, low=8, high=2048, changes=Changes.VIEW),
    "WEIGHTS.ALL": Key("", "Checkpoint of the whole network; empty: those below.", str),
    "WEIGHTS.BACKBONE": Key("", "Backbone checkpoint; a relative name is looked for in modules/SelfPose3d/weights.", str),
    "WEIGHTS.ROOT_NET": Key("", "Root net checkpoint.", str),
    "WEIGHTS.POSE_NET": Key("", "Pose net checkpoint.", str),
    "WEIGHTS.REFINE_NET": Key("", "Refinement checkpoint, where REFINE.STAGES asks for one.", str),
    "WEIGHTS.LAST_STEP": Key("", "Checkpoint of a pose's last step, where REFINE.LAST_STEP asks for one.", str),
    "SOURCE.PATH": Key("", "Recording that opens at start; relative to the project folder.", str, changes=Changes.RECORDING),
    "SOURCE.FORMAT": Key(
        "auto",
        "Layout of the recording.",
        str,
        choices=("auto", *RECORDING_FORMATS),
        changes=Changes.RECORDING,
    ),
    "SOURCE.CALIBRATION": Key(
        "",
        "Calibration file to use, from the recording's folder; empty: the one that is found.",
        str,
        changes=Changes.RECORDING,
    ),
    "SOURCE.CAMERAS": Key([], "Cameras to use, by name; empty: all.", str, None, changes=Changes.RECORDING),
    "SOURCE.FRAME_OFFSETS": Key(
        {},
        "Camera name → frames by which it is late: its frame n + offset shows what the others' frame n shows. Negative: early.",
        dict,
        low=-10_000_000,
        high=10_000_000,
        changes=Changes.RECORDING,
    ),
    "SOURCE.DELAY_MS": Key(
        {},
        "Camera name → milliseconds by which it is late, as FRAME_OFFSETS in frames; such cameras are paired by time.",
        dict,
        low=-100_000_000,
        high=100_000_000,
        changes=Changes.RECORDING,
    ),
    "SOURCE.DRIFT_PPM": Key(
        {},
        "Camera name → by how much it falls behind, millionths of the time that has passed; such cameras are paired by time.",
        dict,
        low=-100_000,
        high=100_000,
        changes=Changes.RECORDING,
    ),
    "SOURCE.CLOCK": Key(
        "",
        "Camera whose frames set the time where cameras are paired by time; empty: the fastest.",
        str,
        changes=Changes.RECORDING,
    ),
    "SOURCE.QUARTER_TURNS": Key(
        {},
        "Camera name → quarter turns clockwise by which its frames are turned to stand upright.",
        dict,
        low=-3,
        high=3,
        changes=Changes.RECORDING,
    ),
    "RUNTIME.DEVICE": Key("auto", "Where the network runs.", str, choices=("auto", "cpu", "cuda"), changes=Changes.MEANS),
    "RUNTIME.ENGINE": Key(
        "auto",
        "What runs the network on the CPU: openvino is fastest; auto takes torch where OpenVINO is not to be had.",
        str,
        choices=("auto", "openvino", "torch"),
        changes=Changes.MEANS,
    ),
    "RUNTIME.HALF_PRECISION": Key(
        [],
        "Networks that compute in 16 bits; that is faster and moves joints, by 2 mm (median) for the backbone.",
        str,
        None,
        HEAVY_PARTS,
    ),
    "RUNTIME.EIGHT_BITS": Key(
        False,
        "MoveNet's layers that bear it compute in 8 bits if the backbone computes in 16: faster, and joints move a little.",
        bool,
    ),
    "RUNTIME.PARALLEL_FRAMES": Key(
        0,
        "Frames in work at once when a whole recording is processed on the CPU; 0: one a core, four at most, and one more.",
        int,
        low=0,
        high=64,
        changes=Changes.MEANS,
    ),
    "RUNTIME.THREADS": Key(0, "CPU threads of the network; 0: as many as cores.", int, low=0, high=256, changes=Changes.MEANS),
    "RUNTIME.PLAIN": Key(
        False,
        "Run every stage the plain published way, without caches and batching (for comparison).",
        bool,
        changes=Changes.MEANS,
    ),
    "RUNTIME.READ_AHEAD": Key(2, "Frames decoded ahead of the one shown.", int, low=0, high=64, changes=Changes.RECORDING),
    "TAKE.FOLDER": Key(
        "output",
        "Where results are kept, in a folder for each recording; relative to the project folder.",
        str,
        changes=Changes.RECORDING,
    ),
    "TAKE.LOST_S": Key(
        10.0,
        "A person who was lost is known again after this long at most, s.",
        float,
        low=0.0,
        high=86_400.0,
        changes=Changes.PEOPLE,
    ),
    "TAKE.SHORTEST_TRACK": Key(
        5, "Who is found in fewer frames than this is left out of files.", int, low=1, high=100_000, changes=Changes.PEOPLE
    ),
    "TAKE.PROXY_MB": Key(
        2000, "Disk for small pictures of a recording, which play without delay, MB; 0: none.", int, low=0, changes=Changes.VIEW
    ),
    "BACKGROUND.ENABLED": Key(
        True, "The window computes frames ahead, from the shown one on, while nobody asks for any.", bool, changes=Changes.VIEW
    ),
    "BACKGROUND.ON_BATTERY": Key(False, "It does so on battery too.", bool, changes=Changes.VIEW),
    "MOTION.SMOOTHER": Key(
        "rts",
        "What smooths trajectories: rts weighs each joint by how sure it is; butterworth, one_euro, or none.",
        str,
        choices=("rts", "butterworth", "one_euro", "none"),
        changes=Changes.VIEW,
    ),
    "MOTION.MAX_GAP_S": Key(
        0.3, "Longest gap in a joint's trajectory that is filled, s; 0: none.", float, low=0.0, high=10.0, changes=Changes.VIEW
    ),
    "MOTION.CUTOFF_HZ": Key(
        6.0, "Cut-off of the Butterworth and one-euro filters, Hz.", float, low=0.05, high=500.0, changes=Changes.VIEW
    ),
    "MOTION.ONE_EURO_BETA": Key(
        0.003,
        "How fast the one-euro filter's cut-off rises with speed, Hz per mm/s.",
        float,
        low=0.0,
        high=100.0,
        changes=Changes.VIEW,
    ),
    "MOTION.OUTLIERS": Key(
        True,
        "Whether joints that their motion or the person's bones can't agree with are rejected.",
        bool,
        changes=Changes.VIEW,
    ),
    "MOTION.SWAPS": Key(
        True, "Whether left and right are put back where they are exchanged for a few frames.", bool, changes=Changes.VIEW
    ),
    "MOTION.CONSTANT_BONES": Key(
        True, "Whether a person's bones keep their length in trajectories.", bool, changes=Changes.VIEW
    ),
    "CACHE.MEMORY_MB": Key(
        512, "Memory for whole pictures that were shown lately, MB.", int, low=16, high=10_000_000, changes=Changes.VIEW
    ),
}

#: Keys that earlier versions had; files that name them still load.
RETIRED_KEYS: tuple[str, ...] = ("TRACKING.*",)
#: Keys of the published files that only their training, logging or data sets use. "X.*" stands for a whole section.
PUBLISHED_TRAINING_KEYS: tuple[str, ...] = (
    "CUDNN.*", "TRAIN.*", "TEST.*", "DEBUG.*", "LOSS.*", "MODEL_EXTRA.*",
    "MODEL", "DATA_DIR", "GPUS", "OUTPUT_DIR", "LOG_DIR", "WORKERS", "PRINT_FREQ",
    "WITH_SSV", "WITH_ATTN", "ATTN_WEIGHT", "ATTN_NUM_LAYERS", "USE_L1", "L1_WEIGHT", "L1_ATTN",
    "MIN_VIEWS_CHECK", "EVAL_ROOTNET_ONLY", "COCO_TO_PANOPTIC_MAPPING",
    "DATASET.TRAIN_DATASET", "DATASET.TEST_DATASET", "DATASET.DATA_FORMAT", "DATASET.DATA_AUGMENTATION", "DATASET.SUFFIX",
    "DATASET.FLIP", "DATASET.ROOT", "DATASET.ROT_FACTOR", "DATASET.ROT_FACTOR1", "DATASET.ROT_FACTOR2", "DATASET.SCALE_FACTOR",
    "DATASET.SCALE_FACTOR1", "DATASET.SCALE_FACTOR2", "DATASET.APPLY_CUTOUT", "DATASET.APPLY_RANDAUG", "DATASET.TEST_SUBSET",
    "DATASET.TRAIN_SUBSET", "DATASET.CAMERA_NUM", "DATASET.CAMERA_NUM_TOTAL", "DATASET.CAMERAS", "DATASET.BBOX", "DATASET.CROP",
    "DATASET.GT_3D_FILE", "DATASET.TRAIN_PSEUDO_GT3D", "DATASET.ROOTIDX_PSEUDO",
    "NETWORK.PRETRAINED", "NETWORK.PRETRAINED_BACKBONE", "NETWORK.PRETRAINED_BACKBONE_PSEUDOGT", "NETWORK.TARGET_TYPE",
    "NETWORK.TRAIN_BACKBONE", "NETWORK.TRAIN_ONLY_2D", "NETWORK.TRAIN_ONLY_ROOTNET", "NETWORK.ROOTNET_TRAIN_SYNTH",
    "NETWORK.ROOTNET_BUFFER_SIZE", "NETWORK.FREEZE_ROOTNET", "NETWORK.INIT_ROOTNET", "NETWORK.INIT_ALL",
    "NETWORK.INIT_TRAIN_EPOCHS_ROOTNET", "NETWORK.IMAGE_SIZE_ORIG", "NETWORK.SIGMA", "NETWORK.USE_GT", "NETWORK.INPUT_SIZE",
    "NETWORK.AGGRE", "NETWORK.SINGLE_AUG_TRAINING_POSENET", "NETWORK.ROOT_CONSISTENCY_LOSS", "NETWORK.WEIGHT_ROOT_SYN",
    "NETWORK.WEIGHT_ROOT_REG",
    "MULTI_PERSON.ESTIMATED_SPACE_CENTER",
    "PICT_STRUCT.FIRST_NBINS", "PICT_STRUCT.PAIRWISE_FILE", "PICT_STRUCT.RECUR_NBINS", "PICT_STRUCT.RECUR_DEPTH",
    "PICT_STRUCT.LIMB_LENGTH_TOLERANCE", "PICT_STRUCT.DEBUG", "PICT_STRUCT.TEST_PAIRWISE", "PICT_STRUCT.SHOW_ORIIMG",
    "PICT_STRUCT.SHOW_CROPIMG", "PICT_STRUCT.SHOW_HEATIMG",
)  # fmt: skip
