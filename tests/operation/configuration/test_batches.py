from workflow_scripts.operation.configuration.batches import batches_in
from workflow_scripts.operation.configuration.load import load_configuration


def test_the_batches_of_all_lists_are_found_and_nothing_else(folder):
    given = {"double_descent": {"seeds": ["7-8"], "regression_seeds": ["7-8", "9-30"]}}
    settings = load_configuration(folder, given)
    assert set(batches_in(settings.lottery)) == {"0-4"}
    assert set(batches_in(settings.by_study()["double_descent"])) == {"7-8", "9-30"}
    assert set(batches_in(settings.by_study())) >= {"0-4", "7-8", "9-30"}
