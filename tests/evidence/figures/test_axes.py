from matplotlib.figure import Figure

from workflow_scripts.evidence.figures.axes import legend_below, legend_outside, ticks_as, ticks_at


def test_ticks_are_where_they_are_asked_for_with_their_numbers():
    ax = Figure().subplots()
    ax.set_xscale("log")
    ax.set_xlim(1, 1000)
    ticks_at(ax.xaxis, (2, 50.0, 700))
    assert ax.get_xticks().tolist() == [2, 50, 700]
    assert ax.get_xticks(minor=True).tolist() == []
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["2", "50", "700"]
    ticks_as(ax.xaxis, "{:.1f}".format)
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["2.0", "50.0", "700.0"]


def test_one_legend_names_each_line_of_several_axes_once():
    drawn = Figure()
    left, right = drawn.subplots(1, 2)
    for ax, names in ((left, "ab"), (right, "bc")):
        for name in names:
            ax.plot([0, 1], label=name)
    legend_outside(drawn, left, right, title="which")
    (legend,) = drawn.legends
    assert [text.get_text() for text in legend.get_texts()] == ["a", "b", "c"]
    assert legend.get_title().get_text() == "which"


def test_the_legend_of_a_panel_stands_below_it():
    drawn = Figure(layout="constrained")
    above, _ = drawn.subplots(2, 1)
    above.plot([0, 1], label="a")
    legend_below(above)
    drawn.draw_without_rendering()
    assert above.get_legend().get_window_extent().y1 < above.get_window_extent().y0
