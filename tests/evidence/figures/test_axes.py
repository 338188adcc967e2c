from matplotlib.figure import Figure

from workflow_scripts.evidence.figures.axes import legend_outside, ticks_as, ticks_at


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
