"""Configuration files: the published ones load as they are, wrong ones are refused by file and key."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from modules.core.config import (
    CONFIG_DIR,
    WEIGHTS_DIR,
    config_digest,
    default_config,
    get_key,
    load_config,
    parse_text,
    results_digest,
    settings,
    weights_path,
)
from modules.core.config_keys import KEYS, Changes
from modules.core.errors import ConfigError

PUBLISHED = """
CUDNN: {BENCHMARK: false, DETERMINISTIC: false, ENABLED: true}
BACKBONE_MODEL: 'pose_resnet'
MODEL: 'multi_person_posenet_ssv'
GPUS: '0,1'
WITH_SSV: True
WITH_ATTN: True
ATTN_WEIGHT: 0.1
DATASET: {COLOR_RGB: True, TRAIN_DATASET: panoptic_ssv, ROOTIDX: 2, CAMERA_NUM: 5, SUFFIX: pseudo_hrnet_soft_9videos}
NETWORK:
  PRETRAINED_BACKBONE: models/backbone_epoch20.pth.tar
  IMAGE_SIZE_ORIG: [1920, 1080]
  IMAGE_SIZE: [960, 512]
  HEATMAP_SIZE: [240, 128]
  SIGMA: 3
  NUM_JOINTS: 15
  ROOTNET_ROOTHM: True
POSE_RESNET: {FINAL_CONV_KERNEL: 1, DECONV_WITH_BIAS: False, NUM_DECONV_LAYERS: 3, NUM_LAYERS: 50}
TRAIN: {BATCH_SIZE: 1, LR_STEP: [5, 7]}
MULTI_PERSON: {SPACE_SIZE: [8000.0, 8000.0, 2000.0], SPACE_CENTER: [0.0, -500.0, 800.0], MAX_PEOPLE_NUM: 10, THRESHOLD: 0.3}
PICT_STRUCT: {GRID_SIZE: [2000.0, 2000.0, 2000.0], CUBE_SIZE: [64, 64, 64]}
"""


@pytest.fixture
def write(tmp_path):
    def write(text: str) -> Path:
        path = tmp_path / "config.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_published_file_loads_as_it_is(write):
    config = load_config(write(PUBLISHED))
    assert config.MULTI_PERSON.SPACE_CENTER == [0.0, -500.0, 800.0]
    assert config.DATASET.ROOTIDX == 2
    assert "TRAIN" not in config
    assert config.NETWORK.BETA == 100.0


def test_shipped_files_load():
    for path in CONFIG_DIR.glob("*.yaml"):
        if not path.name.startswith("train"):
            assert load_config(path).NETWORK.NUM_JOINTS == 15


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("LOD: {DISTANC_MM: 1}", ["unknown key LOD.DISTANC_MM"]),
        ("DISTANCE_MM: 1", ["unknown key DISTANCE_MM", "LOD.DISTANCE_MM"]),
        ("LOD: {DISTANCE_MM: far}", ["LOD.DISTANCE_MM", "expected a number, got 'far'"]),
        ("LOD: {DISTANCE_MM: -1}", ["LOD.DISTANCE_MM", "outside"]),
        ("LOD: {DISTANCE_MM: true}", ["LOD.DISTANCE_MM", "expected a number, got True"]),
        ("LOD: {DISTANCE_MM: .nan}", ["LOD.DISTANCE_MM", "outside"]),
        ("NETWORK: {IMAGE_SIZE: [960]}", ["NETWORK.IMAGE_SIZE", "2 entries"]),
        ("NETWORK: {IMAGE_SIZE: [960, 500]}", ["multiples of 32"]),
        ("NETWORK: {HEATMAP_SIZE: [120, 64]}", ["quarter"]),
        ("FILTER: {ANKLE_RANGE_MM: [50, 10]}", ["FILTER.ANKLE_RANGE_MM"]),
        ("BACKBONE_MODEL: hrnet", ["BACKBONE_MODEL", "movenet_multipose"]),
        ("SOURCE: {FRAME_OFFSETS: {cam01: 1.5}}", ["SOURCE.FRAME_OFFSETS", "whole numbers"]),
        ("RIG: {EXCHANGED: [a, b, '|', c]}", ["RIG.EXCHANGED", "two circles"]),
        ("RIG: {EXCHANGED: [a, b, '|', b, c]}", ["RIG.EXCHANGED", "each once"]),
        ("RIG: {EXCHANGED: ['|', a, b]}", ["RIG.EXCHANGED"]),
        ('TAKE: {FOLDER: ""}', ["TAKE.FOLDER: is empty; name a folder (the default is output)."]),
        ('TAKE: {FOLDER: " 5"}', ["TAKE.FOLDER: 5 is a number; if a folder is called that, write ./5."]),
        ("NETWORK: 5", ["unknown key NETWORK"]),
        ("- a\n- b", ["table of keys"]),
        ("a: [1", ["not valid YAML"]),
    ],
)
def test_wrong_files_are_refused(write, text, parts):
    path = write(text)
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    for part in [str(path), *parts]:
        assert part in str(caught.value)


def test_missing_file_is_refused(tmp_path):
    with pytest.raises(ConfigError, match=r"nowhere\.yaml"):
        load_config(tmp_path / "nowhere.yaml")


def test_overrides_come_last_and_the_result_is_frozen(write):
    config = load_config(write("LOD: {DISTANCE_MM: 100}"), {"LOD.DISTANCE_MM": 2500})
    assert config.LOD.DISTANCE_MM == 2500.0
    with pytest.raises(AttributeError):
        config.LOD.DISTANCE_MM = 1.0


def test_defaults_are_not_shared_between_configurations():
    first = default_config()
    first.LOD.ORIGIN_XY_MM[0] = 99.0
    assert default_config().LOD.ORIGIN_XY_MM == [0.0, 0.0]


def test_every_default_is_valid_and_reachable():
    config = default_config()
    for name, key in KEYS.items():
        assert get_key(config, name) == key.parse(key.default)


def test_typed_text():
    assert parse_text("LOD.DISTANCE_MM", "1500") == 1500.0
    assert parse_text("PICT_STRUCT.CUBE_SIZE", "[32, 32, 32]") == [32, 32, 32]
    assert parse_text("SOURCE.PATH", "2024") == "2024"
    for text, value in (
        ('""', ""),
        (" 'a b' ", "a b"),
        (r'"C:\new"', r"C:\new"),
        ("it's", "it's"),
        ('"a" b"', '"a" b"'),
        ('"', '"'),
    ):
        assert parse_text("TAKE.FOLDER", text) == value
    with pytest.raises(ValueError, match="expected a whole number"):
        parse_text("PICT_STRUCT.CUBE_SIZE", "[32, 32, a]")


def test_weights_are_looked_for_here_and_among_the_shipped(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert weights_path("a.safetensors") == WEIGHTS_DIR / "a.safetensors"
    assert weights_path("selfpose3d/a.pth.tar") == WEIGHTS_DIR / "selfpose3d" / "a.pth.tar"
    assert weights_path("/elsewhere/a.safetensors") == Path("/elsewhere/a.safetensors")
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "a.safetensors").touch()
    assert weights_path("runs/a.safetensors") == Path("runs/a.safetensors")
    Path("mine.safetensors").touch()
    assert weights_path("mine.safetensors") == Path("mine.safetensors")
    Path("root_small.safetensors").touch()  # which ships: a name alone is its
    assert weights_path("root_small.safetensors") == WEIGHTS_DIR / "root_small.safetensors"
    assert weights_path("./root_small.safetensors") == WEIGHTS_DIR / "root_small.safetensors"


def test_digest_knows_values_not_files(write):
    same = load_config(write("LOD: {DISTANCE_MM: 100}"))
    assert config_digest(same) == config_digest(load_config(None, {"LOD.DISTANCE_MM": 100.0}))
    assert config_digest(same) != config_digest(load_config(None, {"LOD.DISTANCE_MM": 101.0}))


def test_the_digest_of_results_knows_what_changes_them():
    base = results_digest(load_config(None))
    others = {
        "RUNTIME.DEVICE": "cpu",
        "CACHE.MEMORY_MB": 64,
        "SOURCE.PATH": "/x",
        "LOD.DISTANCE_MM": 5.0,
        "TAKE.LOST_S": 1.0,
        "FACE.CROP_SIZE_PX": 64,
    }
    assert results_digest(load_config(None, others)) == base
    for name, value in {
        "MULTI_PERSON.THRESHOLD": 0.31,
        "RUNTIME.HALF_PRECISION": ["backbone"],
        "LOD.ORIGIN_XY_MM": [1.0, 0.0],
    }.items():
        assert results_digest(load_config(None, {name: value})) != base


def test_a_key_says_what_it_changes():
    assert KEYS["WEIGHTS.POSE_NET"].changes is Changes.RESULTS
    assert KEYS["RUNTIME.THREADS"].changes is Changes.MEANS
    assert KEYS["SOURCE.CAMERAS"].changes is Changes.RECORDING
    assert KEYS["TAKE.SHORTEST_TRACK"].changes is Changes.PEOPLE
    assert KEYS["LOD.DISTANCE_MM"].changes is Changes.VIEW


def test_keys_of_earlier_versions_still_load(tmp_path):
    (tmp_path / "old.yaml").write_text("TRACKING: {MAX_GAP_FRAMES: 2}")
    load_config(tmp_path / "old.yaml")


def test_values_that_contradict_are_laid_to_who_brought_them(tmp_path):
    file = tmp_path / "own.yaml"
    file.write_text("RIG:\n  FLOOR_MM: [0]\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"^command line: RIG.UP"):
        load_config(file, {"RIG.UP": [0, 0, 0]})
    file.write_text("RIG:\n  UP: [0, 0, 0]\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"own.yaml: RIG.UP"):
        load_config(file, {"RIG.FLOOR_MM": [0]})
    assert load_config(file, {"RIG.UP": [0, 0, 1]}).RIG.UP == [0, 0, 1]  # put right


def test_a_network_that_was_replaced_under_its_name_gives_other_results(tmp_path):
    path = tmp_path / "own.onnx"
    settings = {"BACKBONE_MODEL": "onnx", "WEIGHTS.BACKBONE": str(path)}
    absent = results_digest(load_config(None, settings))
    found = []
    for content in (b"one", b"two", b"one"):
        path.write_bytes(content)
        os.utime(path, ns=(len(found), len(found)))  # written within one tick of a coarse clock it would look the same
        found.append(results_digest(load_config(None, settings)))
    assert found[0] == found[2]
    assert len({absent, *found}) == 3


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ("TAKE.FOLDER", "--set: TAKE.FOLDER lacks its value; write TAKE.FOLDER=VALUE."),
        ("NOTHING=1", "--set: unknown key NOTHING."),
    ],
)
def test_a_setting_on_the_command_line_has_a_key_and_a_value(entry, sentence):
    with pytest.raises(ConfigError) as caught:
        settings([entry])
    assert str(caught.value) == sentence
    assert settings(["TAKE.FOLDER="]) == {"TAKE.FOLDER": ""}
