from matplotlib.figure import Figure

from workflow_scripts.evidence.figures.marks import PUBLISHED, margin_line, published_lines


def heights(ax):
    return [line.get_ydata()[0] for line in ax.lines]


def test_a_margin_is_drawn_and_shows_wherever_the_data_are():
    ax = Figure().subplots()
    ax.set_ylim(0, 1)
    margin_line(ax, 3.0)
    assert heights(ax) == [3.0]
    assert ax.get_ylim()[0] == 0
    assert 3.0 < ax.get_ylim()[1] < 3.2


def test_published_numbers_of_the_claim_and_part_are_drawn_with_one_entry_in_the_legend():
    ax = Figure().subplots()
    given = [
        {"claim": "c", "part": "", "values": [0.2]},
        {"claim": "c", "part": "", "values": [0.4, 0.9]},
        {"claim": "c", "part": "other", "values": [7.0]},
        {"claim": "d", "part": "", "values": [8.0]},
    ]
    published_lines(ax, {PUBLISHED: given}, "c", above=1.0)
    assert heights(ax) == [1.2, 1.4, 1.9]
    assert ax.get_legend_handles_labels()[1] == ["published"]
    published_lines(ax, {}, "c")
    assert len(ax.lines) == 3
