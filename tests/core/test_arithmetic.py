"""Results do not depend on what the environment says about kernels and threads."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from workflow_scripts.core.arithmetic import OTHERS_CHOICES, PINNED

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = {
    "OPENBLAS_CORETYPE": "SkylakeX",
    "OPENBLAS_NUM_THREADS": "2",
    "OMP_NUM_THREADS": "2",
    "MKL_NUM_THREADS": "2",
    "MKL_CBWR": "COMPATIBLE",
    "ATEN_CPU_CAPABILITY": "default",
    "ONEDNN_MAX_CPU_ISA": "SSE41",
    "DNNL_MAX_CPU_ISA": "SSE41",
    "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4",
}
# As a job has it: the Snakefile exports, Snakemake says how many threads, the step fixes the rest.
STARTED = """
    import os
    from workflow_scripts.core.arithmetic import export_arithmetic, fix_arithmetic
    export_arithmetic()
    os.environ.update(dict.fromkeys(
        ["OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"], "1"
    ))
"""
REGRESSION = """
    import hashlib
    import numpy as np
    from workflow_scripts.learning.regression.design import designs_by_width
    from workflow_scripts.learning.regression.random_features import relu_features
    from workflow_scripts.learning.regression.ridge import RidgePath
    fix_arithmetic(1)
    random = np.random.default_rng(0)
    train, new, directions = (random.standard_normal(s) for s in ((120, 40), (90, 40), (160, 40)))
    targets = random.standard_normal((120, 10))
    found = hashlib.sha256()
    for design in designs_by_width(
        [40, 120, 160],
        lambda columns: relu_features(train, directions[columns]),
        lambda columns: relu_features(new, directions[columns]),
    ):
        path = RidgePath.solve(design, targets, [0.0, 1e-6, 1e-2])
        found.update(path.predictions(path.design.new).tobytes() + path.norms().tobytes())
    for function in (np.exp, np.tanh, np.log1p, lambda values: np.abs(values) ** 0.3):
        found.update(function(np.abs(train)).tobytes())
    print(found.hexdigest())
"""
TRAINING = """
    import hashlib
    import torch
    from workflow_scripts.learning.data.split import Split
    from workflow_scripts.learning.data.targets import ClassNumbers
    from workflow_scripts.learning.ensemble.evaluate import evaluate
    from workflow_scripts.learning.ensemble.settings import Training
    from workflow_scripts.learning.ensemble.trainer import Ensemble, train
    from workflow_scripts.learning.networks.mlp import Mlp
    from workflow_scripts.learning.networks.residual import Residual
    fix_arithmetic(1)
    draw = torch.Generator().manual_seed(0)
    inputs, labels = torch.randn(200, 50, generator=draw), torch.arange(200) % 4
    recipe = Training(optimiser={"kind": "adam"}, learning_rate=0.01, batch_size=33, steps=20)
    found = hashlib.sha256()
    for network in (Mlp([50, 37, 19, 4]), Residual((1, 50), [5, 7], 1, 4)):
        shown = Split(inputs.view(200, *network.input_shape), ClassNumbers(labels))
        start = network.initialise([1, 2, 3])
        trained = train(Ensemble(network, start, shown, [1, 2, 3]), recipe)
        losses = evaluate(network, network.calibrated(trained, shown.inputs), shown)["loss"]
        for tensor in [*trained.values(), losses]:
            found.update(tensor.numpy().tobytes())
    print(found.hexdigest())
"""


def output_of(environment: dict[str, str], *parts: str) -> str:
    """What the parts print, one after the other in one process."""
    script = "\n".join(map(textwrap.dedent, parts))
    clean = {k: v for k, v in os.environ.items() if k not in {*PINNED, *OTHERS_CHOICES, *HOSTILE}}
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**clean, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.thorough
@pytest.mark.parametrize("work", [REGRESSION, TRAINING], ids=["regression", "training"])
def test_the_bytes_are_the_same_under_a_hostile_environment(work):
    assert output_of(HOSTILE, STARTED, work) == output_of({}, STARTED, work)


@pytest.mark.thorough
def test_the_kernels_are_the_pinned_ones():
    script = """
        import numpy, scipy.linalg, threadpoolctl
        print({i["architecture"] for i in threadpoolctl.threadpool_info()
               if i["internal_api"] == "openblas"})
    """
    if not PINNED:
        pytest.skip("only processors of one family have kernels to choose from")
    assert output_of(HOSTILE, STARTED, script).strip() == "{'Haswell'}"
    script = """
        import numpy, torch
        from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__
        from numpy._core._multiarray_umath import __cpu_baseline__
        fix_arithmetic(1)
        print(torch.backends.cpu.get_cpu_capability())
        print({name for name in __cpu_dispatch__ if __cpu_features__[name]} - {*__cpu_baseline__})
        torch.conv2d(torch.ones(2, 3, 8, 8), torch.ones(4, 3, 3, 3))
    """
    told = output_of({**HOSTILE, "ONEDNN_VERBOSE": "1"}, STARTED, script).splitlines()
    plain = [line for line in told if not line.startswith("onednn")]
    assert plain == ["AVX2", "{'X86_V3'}"]
    convolutions = [line for line in told if "exec,cpu,convolution" in line]
    assert convolutions
    assert not any("avx512" in line for line in convolutions)


@pytest.mark.thorough
def test_a_job_inherits_the_pinned_environment_from_the_snakefile():
    script = """
        import os
        from pathlib import Path
        from snakemake.api import SnakemakeApi
        from snakemake.settings.types import ConfigSettings, ResourceSettings
        with SnakemakeApi() as api:
            api.workflow(
                resource_settings=ResourceSettings(),
                config_settings=ConfigSettings(config={"scale": "smoke"}),
                snakefile=Path("Snakefile"),
            )._workflow.rules
        print(sorted((k, v) for k, v in os.environ.items() if k in NAMES))
    """
    names = f"NAMES = { ({*PINNED, *OTHERS_CHOICES})!r}\n"
    found = output_of(HOSTILE, names, script)
    assert found.splitlines()[-1] == str(sorted(PINNED.items()))


def test_a_step_that_was_started_with_other_kernels_ends_with_one_line():
    if not PINNED:
        pytest.skip("no kernels are pinned on this processor")
    script = """
        import numpy
        from workflow_scripts.core.arithmetic import fix_arithmetic
        from workflow_scripts.core.errors import UserError
        try:
            fix_arithmetic(1)
        except UserError as error:
            print(error)
    """
    found = output_of(HOSTILE, script)
    wanted = " ".join(f"{name}={value!r}" for name, value in PINNED.items())
    assert found == f"numpy was loaded without {wanted}: start the step through snakemake\n"


@pytest.mark.thorough
def test_a_step_with_torch_flushes_what_is_too_small():
    script = """
        import torch
        fix_arithmetic(1)
        print(float(torch.tensor([1e-40]) * 1) > 0)
    """
    assert output_of({}, STARTED, script) == "False\n"
