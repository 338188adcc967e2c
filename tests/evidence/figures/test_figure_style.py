import itertools
import re
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.transforms import Bbox
from scipy import stats

from workflow_scripts.evidence.figures import style
from workflow_scripts.evidence.figures.dark import PAPER, with_dark
from workflow_scripts.evidence.figures.panels import letter_panels

SVG = "{http://www.w3.org/2000/svg}"

# Machado, Oliveira & Fernandes 2009: simulation at full severity, on linear RGB.
DEFICIENCIES = {
    "none": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def _linear(colour):
    rgb = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def _lab(linear):
    matrix = [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
    xyz = np.asarray(matrix) @ np.clip(linear, 0, 1) / [0.95047, 1.0, 1.08883]
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_hues_are_told_apart_with_every_kind_of_sight(deficiency):
    matrix = np.asarray(DEFICIENCIES[deficiency])
    seen = {hue: _lab(matrix @ _linear(shade)) for hue, (shade, _) in style.HUES.items()}
    for one, other in itertools.combinations(seen, 2):
        assert np.linalg.norm(seen[one] - seen[other]) >= 12, (one, other)


def test_hues_stand_out_from_white_and_no_two_share_a_dash():
    for hue, (shade, _) in style.HUES.items():
        luminance = _linear(shade) @ [0.2126, 0.7152, 0.0722]
        assert 1.05 / (luminance + 0.05) >= 3, hue
    dashes = [str(dash) for _, dash in style.HUES.values()]
    assert len(set(dashes)) == len(dashes)


def _frame(seed=0):
    generator = np.random.default_rng(seed)
    rows = itertools.product([1.0, 0.5, 0.2], range(6))
    return pd.DataFrame([{"x": x, "seed": seed, "y": x + generator.normal()} for x, seed in rows])


def test_the_band_is_students_interval_of_the_mean():
    frame = _frame()
    summary = style.mean_band(frame, "x", "y")
    assert summary["x"].tolist() == [0.2, 0.5, 1.0]
    for row in summary.itertuples():
        y = frame.loc[frame["x"] == row.x, "y"].to_numpy()
        low, high = stats.t.interval(0.95, len(y) - 1, y.mean(), y.std(ddof=1) / np.sqrt(len(y)))
        assert (row.mean, row.low, row.high, row.n) == pytest.approx((y.mean(), low, high, 6))


def test_one_seed_has_a_mean_and_no_band():
    summary = style.mean_band(_frame().query("seed == 0"), "x", "y")
    assert summary["mean"].notna().all()
    assert summary[["low", "high"]].isna().all(axis=None)


def test_a_seed_counted_twice_is_refused():
    with pytest.raises(ValueError, match="twice at one x"):
        style.mean_band(pd.concat([_frame(), _frame()]), "x", "y")


def test_an_arm_keeps_its_colour():
    style.extend_arms({"test-arm": "blue"})
    style.extend_arms({"test-arm": "blue"})
    assert style.colour("test-arm") == style.look("test-arm")["color"] == style.HUES["blue"][0]
    with pytest.raises(ValueError, match="already blue"):
        style.extend_arms({"test-arm": "green"})
    with pytest.raises(ValueError, match="not one of the hues"):
        style.extend_arms({"another": "beige"})
    with pytest.raises(KeyError, match="no colour"):
        style.colour("never-named")


def _saved(path):
    drawn, (left, right) = style.figure(columns=2)
    style.band(left, _frame(), "x", "y", "dense", style.colour("dense"))
    right.imshow(np.arange(6.0).reshape(2, 3))
    drawn.colorbar(right.images[0], ax=right)
    left.set_xlabel("weights that remain")
    style.save(drawn, path)
    return path.read_bytes()


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_equal_figures_give_equal_bytes(tmp_path, kind):
    first = _saved(tmp_path / f"a.{kind}")
    assert first == _saved(tmp_path / f"b.{kind}")
    assert b"<dc:date>" not in first
    assert b"Software" not in first


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_the_last_digits_of_the_layout_do_not_count(tmp_path, kind):
    """They depend on where its variables lie in memory."""

    class Elsewhere(ConstrainedLayoutEngine):
        def execute(self, fig):
            super().execute(fig)
            for ax in fig.axes:
                ax._set_position(Bbox(ax.get_position(original=True).get_points() + 1e-12))

    written = []
    for engine in (ConstrainedLayoutEngine(), Elsewhere()):
        drawn, (left, right) = style.figure(columns=2)
        drawn.colorbar(right.imshow(np.eye(3)), ax=right)
        left.set_title("weights that remain")
        drawn.set_layout_engine(engine)
        style.save(drawn, tmp_path / f"figure.{kind}")
        written.append((tmp_path / f"figure.{kind}").read_bytes())
    assert written[0] == written[1]


def test_letters_in_a_drawing_are_text_with_fonts_that_other_systems_have(tmp_path):
    root = ElementTree.fromstring(_saved(tmp_path / "a.svg"))
    texts = {"".join(each.itertext()).strip(): each for each in root.iter(f"{SVG}text")}
    assert "'DejaVu Sans', Verdana, Geneva, sans-serif" in texts["weights that remain"].get("style")


def test_each_panel_has_its_letter_once_and_a_colour_bar_has_none(tmp_path):
    drawn, (left, right) = style.figure(columns=2)
    drawn.colorbar(right.imshow(np.eye(2)), ax=right)
    left.twinx()
    for name in ("a.svg", "a.png"):
        style.save(drawn, tmp_path / name)
    letters = {ax: [text.get_text() for text in ax.texts] for ax in drawn.axes}
    assert (letters[left], letters[right]) == (["a"], ["b"])
    assert sum(map(len, letters.values())) == 2


def test_one_panel_and_a_grid_of_pictures_have_no_letters():
    for rows, columns in ((1, 1), (4, 4)):
        drawn, _ = style.figure(rows=rows, columns=columns)
        letter_panels(drawn)
        assert not [text for ax in drawn.axes for text in ax.texts]


def test_on_a_dark_screen_greys_are_turned_round_and_hues_are_lighter(tmp_path):
    svg = _saved(tmp_path / "a.svg").decode()
    rules = dict(re.findall(r'\[style\*="([a-z]+: #[0-9a-f]{6})"\]\{[a-z]+:(#[0-9a-f]{6})!', svg))
    assert rules["fill: #ffffff"] == PAPER
    assert rules[f"stroke: {style.HUES['black'][0]}"] == style.DARK_HUES["black"]
    assert "@media screen and (prefers-color-scheme: dark)" in svg
    assert "color-scheme: dark" not in svg.split("<style>")[0]  # what is drawn stays light


@pytest.mark.parametrize("hue", style.DARK_HUES)
def test_dark_hues_stand_out_from_the_dark(hue):
    weights = [0.2126, 0.7152, 0.0722]
    light = _linear(style.DARK_HUES[hue]) @ weights
    assert (light + 0.05) / (_linear(PAPER) @ weights + 0.05) >= 3


def test_other_colours_stay_and_a_drawing_without_definitions_is_refused():
    svg = (
        '<svg><defs></defs><path style="fill: #440154; stroke: #262626"/>'
        '<path style="fill: #7c7b78; stroke: #ffffff"/></svg>'
    )
    dark = with_dark(svg, {})
    rules = dark.partition("</style>")[0]
    assert not [shade for shade in ("#440154", "#7c7b78", "#ffffff") if shade in rules]
    assert '[style*="stroke: #262626"]' in dark
    with pytest.raises(ValueError, match="no definitions"):
        with_dark("<svg/>", {})


def test_letters_are_read_at_phone_width():
    sizes = [
        size for name, size in style.RC.items() if name.endswith("size") and "marker" not in name
    ]
    # Points shrink with the figure: 6.5 in of 72 pt are drawn 375 px wide, edge to edge.
    assert min(sizes) * 375 / (style.WIDTH * 72) >= 8.5


def test_bars_have_the_same_interval_as_the_band_at_shifted_places():
    _, ax = style.figure()
    style.bars(ax, _frame(), "x", "y", "arm", style.HUES["green"][0], shift=0.5)
    summary = style.mean_band(_frame(), "x", "y")
    line, _, (reach,) = ax.containers[0]
    assert line.get_xdata().tolist() == (0.5 * summary["x"]).tolist()
    assert line.get_linestyle() != "-"
    ends = np.array([segment[:, 1] for segment in reach.get_segments()])
    assert ends == pytest.approx(summary[["low", "high"]].to_numpy())
