import numpy as np

from tests.studies.grokking.grokking_example import CFG, tables
from workflow_scripts.studies.grokking.figures import FIGURES

TABLES = tables()


def test_all_networks_are_drawn_and_the_one_with_the_median_wait_in_full():
    top = FIGURES["progress"](TABLES, CFG).axes[0]
    outcomes = TABLES["outcomes"]
    main = outcomes[outcomes.condition == "main"].sort_values("generalised", kind="stable")
    typical = main.iloc[(len(main) - 1) // 2]
    named = {line.get_label(): line for line in top.get_lines()}
    assert named["held-out examples"].get_xdata()[-1] == typical.end
    assert len(top.get_lines()) == 2 * len(main) + 3  # and three events
    events = {line.get_xdata()[0] for line in top.get_lines() if len(line.get_xdata()) == 2}
    assert {typical.memorised, typical.unmoved, typical.plateau} <= events


def test_a_decays_line_is_its_kaplan_meier_curve():
    (ax,) = FIGURES["waits"](TABLES, CFG).axes
    lines = {line.get_label(): line for line in ax.get_lines()}
    table = TABLES["waits"]
    part = table[table.weight_decay == 1.0]
    line = lines[f"1: median {part['median'].iloc[0]:,.0f}"]
    assert np.array_equal(line.get_ydata(), 100 * part.share)
    assert "0: median not reached" in lines
