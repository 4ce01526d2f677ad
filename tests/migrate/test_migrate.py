"""``python -m nengo_nb migrate`` reads scripts for NengoDL and says what has to change."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import keras
import nbformat
import numpy as np
import pytest

from nengo_nb import __main__ as entry
from nengo_nb.migrate.finder import Finder
from nengo_nb.migrate.names import Names
from nengo_nb.migrate.sources import parse

IMPORTS = """import keras
import nengo_dl
import tensorflow as tf
"""


def findings(code: str, imports: str = IMPORTS) -> list[tuple[int, str, str, bool]]:
    """Line, text, replacement and whether it is needed, of all findings but those of imports."""
    source = parse("script.py", imports + code)
    found = Finder(source, Names([source.tree])).find()
    first = imports.count("\n")
    return [(f.line - first, f.text, f.replacement, f.needed) for f in found if f.line > first]


def only(code: str, imports: str = IMPORTS) -> tuple[str, str, bool]:
    ((_, text, replacement, needed),) = findings(code, imports)
    return text, replacement, needed


def migrate(path: Path, capsys) -> tuple[int, str, str]:
    code = entry.main(["migrate", str(path)])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


# -- what has to change


@pytest.mark.parametrize(
    ("statement", "replacement"),
    [
        ("import nengo_dl", "import nengo_nb as nengo_dl"),
        ("import nengo_dl as dl", "import nengo_nb as dl"),
        ("import nengo_dl.callbacks", "import nengo_nb as nengo_dl"),
        ("import nengo_dl.losses as l", "from nengo_nb import losses as l"),
        ("from nengo_dl import TensorNode as T, dists", "from nengo_nb import TensorNode as T, dists"),
        ("from nengo_dl import *", "from nengo_nb import *"),
        ("from nengo_dl.neurons import SoftLIFRate", "from nengo_nb import SoftLIFRate"),
        ("from nengo_dl.dists import Glorot", "from nengo_nb.objects.dists import Glorot"),
        (
            "from nengo_dl import Layer, benchmarks",
            "from nengo_nb import Layer; benchmarks: leave it out: these are NengoDL's own benchmarks",
        ),
        (
            "from tensorflow.keras.optimizers.legacy import Adam",
            "keras.optimizers.Adam",
        ),
        ("from tensorflow.contrib import slim", "tf.keras, or a package of its own"),
    ],
)  # fmt: skip
def test_imports(statement, replacement):
    assert only(statement, imports="") == (statement, replacement, True)


@pytest.mark.parametrize(
    ("statement", "names"),
    [
        ("from nengo_nb.objects.losses import nan_mse", ["nan_mse"]),
        ("from nengo_nb.objects.dists import Glorot", ["Glorot"]),
        ("from nengo_nb.simulator.train.callbacks import NengoSummaries", ["NengoSummaries"]),
        ("from nengo_nb.convert.converter import LayerConverter", ["LayerConverter"]),
    ],
)
def test_imports_that_are_proposed_work(statement, names):
    home = statement.split()[1]
    old = f"from nengo_dl.{home.rpartition('.')[2]} import {names[0]}"
    scope: dict[str, object] = {}

    assert only(old, imports="")[1] == statement
    exec(statement, scope)  # noqa: S102 - one of the four above
    assert set(names) <= scope.keys()


@pytest.mark.parametrize(
    ("code", "text", "replacement"),
    [
        ("nengo_dl.neurons.LeakyReLU()", "nengo_dl.neurons.LeakyReLU", "nengo_dl.LeakyReLU"),
        ("nengo_dl.objectives.mse", "nengo_dl.objectives.mse", "nengo_dl.obj.mse"),
        ("nengo_dl.utils.print_op(x, 'a')", "nengo_dl.utils.print_op", "nengo_dl.print_op"),
        ("nengo_dl.foo", "nengo_dl.foo", "leave it out: nengo_nb has no foo"),
        ("nengo_dl.tensor_graph.TensorGraph", "nengo_dl.tensor_graph.TensorGraph",
         "sim.plan and sim.explain()"),
        ("tf.train.AdamOptimizer(0.1)", "tf.train.AdamOptimizer", "tf.keras.optimizers.Adam"),
        ("tf.compat.v1.train.RMSPropOptimizer", "tf.compat.v1.train.RMSPropOptimizer",
         "tf.keras.optimizers.RMSprop(learning_rate, epsilon=1e-10)"),
        ("tf.compat.v1.keras.layers.Dense", "tf.compat.v1.keras.layers.Dense",
         "tf.keras.layers.Dense"),
        ("f(objective={p: tf.losses.mean_squared_error})", "tf.losses.mean_squared_error",
         "tf.keras.losses.MeanSquaredError()"),
        ("tf.keras.optimizers.Adam(lr=rate * 2)", "lr=rate * 2", "learning_rate=rate * 2"),
        ("keras.layers.Dense(3, weights=[w])", "weights=[w]",
         "layer.set_weights([w]) once it is built"),
        ("keras.losses.mse", "keras.losses.mse", "keras.losses.mean_squared_error"),
        ("model.fit_generator(x)", "model.fit_generator", ".fit"),
        ("model.save_weights('w.h5')", "model.save_weights('w.h5')",
         "a path that ends with .weights.h5"),
        ("keras.callbacks.ModelCheckpoint('best')", "keras.callbacks.ModelCheckpoint('best')",
         "a path that ends with .keras"),
        ("keras.callbacks.ModelCheckpoint(filepath='a.h5', save_weights_only=True)",
         "keras.callbacks.ModelCheckpoint(filepath='a.h5', save_weights_only=True)",
         "a path that ends with .weights.h5"),
    ],
)  # fmt: skip
def test_names_and_arguments_that_are_gone(code, text, replacement):
    assert only(code) == (text, replacement, True)


@pytest.mark.parametrize(
    ("code", "epsilon"),
    [
        ("keras.optimizers.RMSprop(0.001)", "1e-14"),
        ("tf.optimizers.RMSprop(learning_rate=0.1)", "1e-14"),
        ("tf.keras.optimizers.RMSprop(0.1, 0.9, epsilon=1e-5)", "(1e-05) ** 2"),
    ],
)
def test_an_optimizer_that_takes_other_steps_is_listed(code, epsilon):
    text, replacement, needed = only(code)

    assert (text, needed) == (code, False)
    assert f"epsilon={epsilon} for the steps that it took with NengoDL" in replacement


def test_an_epsilon_behind_the_root_is_nearly_its_square_below_it():
    gradients = np.array([1e-9, 1e-6, 1e-3, 1.0])
    variable = keras.Variable(np.zeros(4), dtype="float64")
    optimizer = keras.optimizers.RMSprop(1.0, epsilon=1e-14)

    optimizer.apply([keras.ops.convert_to_tensor(gradients, "float64")], [variable])

    roots = np.sqrt(0.1) * gradients
    np.testing.assert_allclose(-np.asarray(variable), gradients / (roots + 1e-7), rtol=0.3)


@pytest.mark.parametrize(
    "code",
    [
        "keras.optimizers.RMSprop(0.1, momentum=0.9); keras.optimizers.RMSprop(0.1, 0.9, 0.9)",
        "tf.nn.relu(x) + tf.math.log(x)",
        "tf.keras.losses.mse",
        "tf.compat.v1.logging.set_verbosity(3)",
        "keras.optimizers.Adam(learning_rate=0.1)",
        "something.lr(lr=3); dict(lr=3, batch_input_shape=4)",
        "model.load_weights('w.h5'); model.save_weights('w.weights.h5'); model.save_weights(path)",
        "nengo_dl.Layer(f)(x); nengo_dl.callbacks.NengoSummaries; nengo_dl.__version__",
        "nengo_dl.configure_settings(trainable=False, stateful=False, keep_history=True)",
        "keras.callbacks.ModelCheckpoint(path); keras.callbacks.ModelCheckpoint('a.keras')",
        "other.tensor_graph; other.train(3); other.soft_reset()",
    ],
)
def test_what_works_is_not_listed(code):
    assert findings(code) == []


SIMULATORS = {
    "with": "with nengo_dl.Simulator(net) as sim:\n    {}",
    "assigned": "sim = nengo_dl.Simulator(net)\n{}",
    "an attribute": "class A:\n  def f(self):\n    self.sim = nengo_dl.Simulator(net)\n    self.{}",
    "an argument": "def f(sim):\n    {}",
}


@pytest.mark.parametrize("kind", SIMULATORS)
def test_simulators_are_known_by_how_they_came(kind):
    found = findings(SIMULATORS[kind].format("sim.sess.run(x)"))

    assert [(text.endswith("sim.sess"), needed) for _, text, _, needed in found] == [(True, True)]


@pytest.mark.parametrize(
    ("call", "text", "needed"),
    [
        ("sim.train(data, opt)", "sim.train", False),
        ("sim.loss(data, training=True)", "training=True", True),
        ("sim.save_params(f, include_local=True)", "include_local=True", False),
        ("sim.soft_reset()", "sim.soft_reset", False),
        ("sim.run_steps(3, profile=True)", "profile=True", True),
        ("sim.fit(x, y, workers=3)", "workers=3", False),
        ("sim.predict(x, callbacks=[c])", "callbacks=[c]", True),
    ],
)
def test_methods_of_a_simulator_work_or_have_to_change(call, text, needed):
    found = findings(f"with nengo_dl.Simulator(net) as sim:\n    {call}")

    assert (2, text, needed) in [(line, shown, must) for line, shown, _, must in found]


def test_a_changed_import_does_not_hide_the_rest():
    imports = "import nengo_nb as nengo_dl\n"

    assert only("nengo_dl.neurons.LeakyReLU", imports)[1] == "nengo_dl.LeakyReLU"


# -- the command


def test_a_script_is_listed_by_line_and_not_run(tmp_path, capsys):
    script = tmp_path / "script.py"
    script.write_text(
        "import nengo_dl\nraise SystemExit('this ran')\nnengo_dl.configure_settings(planner=None)\n"
    )

    code, printed, _ = migrate(script, capsys)

    assert code == 1
    assert printed.splitlines() == [
        "has to change:",
        f"  {script}:1: import nengo_dl",
        "      -> import nengo_nb as nengo_dl",
        "works, with a warning or under a newer name:",
        f"  {script}:3: planner=None",
        "      -> leave it out: it has no effect",
    ]


def test_a_script_in_which_nothing_has_to_change_says_so(tmp_path, capsys):
    script = tmp_path / "script.py"
    script.write_text("import nengo_nb as nengo_dl\nnengo_dl.configure_settings(sorter=None)\n")

    code, printed, _ = migrate(script, capsys)

    assert code == 0
    assert "sorter=None" in printed
    assert printed.endswith(f"Nothing has to change in {script}.\n")


def test_a_script_without_nengodl_says_that(tmp_path, capsys):
    script = tmp_path / "script.py"
    script.write_text("")

    assert migrate(script, capsys)[:2] == (
        0,
        f"Nothing has to change in {script}; it does not import nengo_dl.\n",
    )


def test_a_notebook_is_listed_by_cell(tmp_path, capsys):
    cells = [
        nbformat.v4.new_markdown_cell("import nengo_dl"),
        nbformat.v4.new_code_cell("%matplotlib inline\n!ls\nfiles = !ls\nimport nengo_dl as dl"),
        nbformat.v4.new_code_cell("%%bash\necho it is no Python"),
        nbformat.v4.new_code_cell("%%time\nx = (7\n % 3)\nwith dl.Simulator(net) as sim:\n  pass"),
        nbformat.v4.new_code_cell("sim.sess\nsim?"),
    ]
    notebook = tmp_path / "tour.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), notebook)

    code, printed, error = migrate(notebook, capsys)

    assert (code, error) == (1, "")
    assert f"{notebook}, cell 2, line 4: import nengo_dl as dl" in printed
    assert f"{notebook}, cell 5, line 1: sim.sess" in printed


def test_a_cell_that_is_no_python_does_not_hide_the_others(tmp_path, capsys):
    cells = [nbformat.v4.new_code_cell(text) for text in ("x = (", "import nengo_dl")]
    notebook = tmp_path / "tour.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), notebook)

    code, printed, error = migrate(notebook, capsys)

    assert (code, error) == (
        2,
        f"{notebook}, cell 1, line 1 is no Python 3: '(' was never closed.\n",
    )
    assert f"{notebook}, cell 2, line 1: import nengo_dl" in printed


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("old.py", b"import nengo_dl\nprint 'Python 2'\n", "old.py, line 2 is no Python 3: "),
        ("picture.py", bytes(range(128, 256)), "picture.py is no Python: it is no text ("),
        ("zero.py", b"a = 1\0", "is no Python 3: "),
        ("coding.py", b"# coding: none-such\n", "coding.py is no Python: it is no text ("),
        ("deep.py", b"(" * 5000 + b")" * 5000, "deep.py"),
        ("page.ipynb", b"<html>", "page.ipynb is no notebook of Jupyter's format 4: "),
        ("empty.ipynb", b"{}", "empty.ipynb is no notebook of Jupyter's format 4: 'cells'"),
        ("list.ipynb", b'{"cells": [3]}', "list.ipynb is no notebook of Jupyter's format 4: "),
    ],
)
def test_what_is_no_python_is_told_in_a_sentence(tmp_path, capsys, name, content, sentence):
    (tmp_path / name).write_bytes(content)

    code, printed, error = migrate(tmp_path / name, capsys)

    assert (code, printed) == (2, "")
    assert sentence in error
    assert error.endswith(".\n")
    assert error.count("\n") == 1


def test_files_that_are_missing_or_folders_are_told_of_and_others_are_read(tmp_path, capsys):
    script = tmp_path / "script.py"
    script.write_text("import nengo_dl\n")

    code = entry.main(["migrate", str(tmp_path / "none.py"), str(tmp_path), str(script)])
    printed = capsys.readouterr()

    assert code == 2
    assert "none.py cannot be read: No such file or directory." in printed.err
    assert f"{tmp_path} cannot be read: Is a directory." in printed.err
    assert "import nengo_nb as nengo_dl" in printed.out


def test_the_command_without_files_tells_its_usage(capsys):
    with pytest.raises(SystemExit) as caught:
        entry.main(["migrate"])

    assert caught.value.code == 2
    assert "usage: python -m nengo_nb migrate" in capsys.readouterr().err


def test_reading_a_script_needs_neither_nengo_nor_tensorflow(tmp_path):
    script = tmp_path / "script.py"
    script.write_text("import nengo_dl\n")
    check = (
        "import sys; from nengo_nb.migrate.command import main; main(sys.argv[1:]); "
        "sys.exit(len({'nengo', 'numpy', 'tensorflow'} & set(sys.modules)))"
    )

    done = subprocess.run(
        [sys.executable, "-c", check, str(script)], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
