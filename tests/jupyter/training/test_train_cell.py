"""A ``%%nengo_train`` cell makes examples, and its network learns from them."""

import signal

import nengo
import numpy as np
import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.error import UsageError

import nengo_nb

EXAMPLES = "x = {a: inputs}\ny = {p: inputs[:, :, :1]}\n"
TRAIN = '%%nengo_train net --epochs 2 --batch 20 --optimizer "Adam(1e-2)"\n' + EXAMPLES


@pytest.fixture
def school(notebook):
    """A notebook with a network that can learn, and 200 examples."""
    cell = notebook.run(
        "%%nengo net --seed 1 --no-show\n"
        "a = nengo.Node(np.zeros(2))\n"
        "e = nengo.Ensemble(20, 2, neuron_type=nengo.RectifiedLinear(), "
        "max_rates=nengo.dists.Choice([1]))\n"
        "nengo.Connection(a, e, synapse=None)\n"
        "o = nengo.Node(size_in=1)\n"
        "nengo.Connection(e, o, synapse=None, function=lambda x: 0)\n"
        "p = nengo.Probe(o)"
    )
    assert cell.error is None
    notebook.names["inputs"] = np.random.RandomState(0).uniform(-1, 1, (200, 1, 2))
    return notebook


def simulator(notebook):
    """The network's simulator, as a user gets at it."""
    return notebook.run("%nengo reset net").value


def error_of(notebook):
    names = notebook.names
    return simulator(notebook).evaluate(
        {names["a"]: names["inputs"]}, {names["p"]: names["inputs"][:, :, :1]}, verbose=0
    )["loss"]


def test_the_network_runs_with_what_it_learned(school):
    cell = school.run(TRAIN.replace("--epochs 2", "--epochs 20"))

    assert cell.error is None
    assert "net learned for 20 epochs" in cell.printed
    assert simulator(school).minibatch_size == 20
    before = nengo_nb.Simulator(school.names["net"], minibatch_size=20, progress_bar=False)
    before.compile(loss="mse")
    inputs = school.names["inputs"]
    x, y = {school.names["a"]: inputs}, {school.names["p"]: inputs[:, :, :1]}
    untrained = before.evaluate(x, y, verbose=0)["loss"]
    before.close()
    assert error_of(school) < untrained / 10
    assert school.run("%nengo run net 0.01").error is None


def test_the_simulator_is_returned_and_not_shown(school):
    cell = school.run(TRAIN)

    assert cell.value is school.run("%nengo step net").value
    assert "Simulator of" not in cell.printed


def test_training_again_goes_on_with_the_same_simulator(school):
    first = school.run(TRAIN)
    after_first = error_of(school)

    second = school.run(TRAIN.replace(" --batch 20", ""))

    assert second.value is first.value
    assert error_of(school) < after_first


def test_another_size_of_minibatches_needs_another_simulator_with_what_was_learned(school):
    old = school.run(TRAIN).value
    weights = {parameter.name: array for parameter, array in old.keras_model.values().items()}

    cell = school.run('%%nengo_train net --epochs 1 --batch 25 --optimizer "SGD(0.0)"\n' + EXAMPLES)

    assert cell.error is None
    assert old.closed
    assert cell.value.minibatch_size == 25
    assert (
        "'net': a new simulator with minibatches of 25 starts at t = 0 with what the former one "
        "had learned\n" in cell.printed
    )
    for parameter, array in cell.value.keras_model.values().items():
        np.testing.assert_array_equal(array, weights[parameter.name])


def test_a_simulator_that_learned_nothing_is_replaced_without_more_words(school):
    school.run("%nengo step net")

    cell = school.run(TRAIN)

    assert (
        "'net': a new simulator with minibatches of 20 starts at t = 0; what was recorded is gone\n"
        in cell.printed
    )


def test_without_a_seed_what_was_learned_is_kept_for_another_size_with_the_same_neurons(school):
    school.run("net.seed = None")
    old = school.run(TRAIN).value
    weights, gain = old.keras_model.get_weights(), old.data[school.names["e"]].gain

    new = school.run(
        f'%%nengo_train net --epochs 1 --batch 25 --optimizer "SGD(0.0)"\n{EXAMPLES}'
    ).value

    assert new is not old
    for array, before in zip(new.keras_model.get_weights(), weights, strict=True):
        np.testing.assert_array_equal(array, before)
    np.testing.assert_array_equal(new.data[school.names["e"]].gain, gain)


def test_the_minibatch_of_the_network_is_the_default(notebook):
    notebook.run(
        "%%nengo net --seed 1 --no-show --minibatch 5\n"
        "a = nengo.Node(np.zeros(2))\n"
        "e = nengo.Ensemble(5, 2, neuron_type=nengo.RectifiedLinear())\n"
        "nengo.Connection(a, e, synapse=None)\n"
        "p = nengo.Probe(e)"
    )

    cell = notebook.run("%%nengo_train net --epochs 1\nx = {a: np.ones((10, 1, 2))}\ny = {p: x[a]}")

    assert cell.error is None
    assert cell.value.minibatch_size == 5


def test_the_cell_says_loss_metrics_and_callbacks(school):
    cell = school.run(
        "%%nengo_train net --epochs 2 --batch 20 --validation-split 0.5\n"
        "import keras\n"
        "loss = {p: 'mae'}\n"
        "loss_weights = {p: 10}\n"
        "metrics = 'mse'\n"
        "seen = []\n"
        "callbacks = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: "
        "seen.append(logs))\n" + EXAMPLES
    )

    assert cell.error is None
    first, second = school.names["seen"]
    assert set(first) == set(second) == {"loss", "mse", "val_loss", "val_mse"}
    # An error below one is larger than its square.
    assert second["val_loss"] > 10 * second["val_mse"]
    # Half of the examples validate.
    assert int(cell.value.keras_model.optimizer.iterations) == 2 * 5


def test_only_what_this_cell_assigns_counts(school):
    school.run("loss = 0.123\nmetrics = 5\ncallbacks = [print]\n")

    first, second = school.run(TRAIN), school.run(TRAIN)

    assert (first.error, second.error) == (None, None)
    assert school.names["loss"] == 0.123
    # Variables of the body stay, as in any cell.
    assert set(school.names["x"]) == {school.names["a"]}


def test_probes_without_targets_are_not_trained_on(school):
    school.run("with net:\n    other = nengo.Probe(e.neurons)")

    cell = school.run(TRAIN + "metrics = 'mae'")

    assert cell.error is None
    assert "mae" in cell.printed


def test_functions_of_the_body_see_its_variables(school):
    cell = school.run(
        "%%nengo_train net --epochs 1 --batch 20\n"
        "size = 40\n"
        "def some():\n"
        "    return inputs[:size]\n"
        "x = {a: some()}\n"
        "y = {p: np.array([row[:, :1] for row in some()])}\n"
    )

    assert cell.error is None
    assert int(cell.value.keras_model.optimizer.iterations) == 2


def interrupting(notebook, batch):
    """A callback in the notebook that interrupts after some batch, and one that keeps the
    weights it saw there.
    """
    import keras

    class Interrupt(keras.callbacks.Callback):
        def __init__(self):
            super().__init__()
            self.weights = None

        def on_train_batch_end(self, number, logs=None):
            if number == batch:
                self.weights = [np.array(variable) for variable in self.model.trainable_weights]
                signal.raise_signal(signal.SIGINT)

    notebook.names["interrupt"] = Interrupt()
    return notebook.names["interrupt"]


def test_an_interrupt_ends_with_the_weights_of_the_last_batch_in_one_line(school):
    interrupt = interrupting(school, 3)

    cell = school.run(TRAIN + "callbacks = [interrupt]")

    assert isinstance(cell.error, KeyboardInterrupt), "what comes after it in Run All is not run"
    assert "Traceback" not in cell.printed
    assert (
        "KeyboardInterrupt: 'net' was stopped; it keeps what it has learned so far" in cell.printed
    )
    assert "net stopped in epoch 1 of 2, batch " in cell.printed
    sim = simulator(school)
    for array, variable in zip(interrupt.weights, sim.keras_model.trainable_weights, strict=True):
        np.testing.assert_array_equal(array, variable)
    assert school.run(TRAIN).error is None, "training goes on"


def test_an_error_in_training_says_where_and_is_shown_as_it_is(school):
    cell = school.run(TRAIN.replace("Adam(1e-2)", "SGD(1e30)"))

    assert type(cell.error).__name__ == "SimulationError"
    assert "net ended by an error in epoch 1 of 2, batch" in cell.printed
    assert "became NaN or infinite in epoch 1" in str(cell.error)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("net", "the following arguments are required: --epochs"),
        ("--epochs 1", "the following arguments are required: NAME"),
        ("other --epochs 1", "there is no network 'other'; there are net"),
        ("nat --epochs 1", "there is no network 'nat' (did you mean 'net'?)"),
        ("net --epochs 0", "'0' is not a whole number above zero"),
        ("net --epochs 1 --batch x", "'x' is not a whole number above zero"),
        ("net --epochs 1 --validation-split 1", "'1' is not a number between 0 and 1"),
        ("net --epochs 1 --validation-split some", "'some' is not a number between 0 and 1"),
        ("net --epochs 1 --rate 3", "no option '--rate' (did you mean '--batch'?); there are"),
        ("net --epochs 1 --optimizer Adm", "no optimizer 'Adm' (did you mean 'Adam'?)"),
        ("net --epochs 1 --optimizer 'Adam(open(1))'", "is not the name of a Keras optimizer"),
        ("net --epochs 1 --loss msee", "there is no loss 'msee' (did you mean 'mse'?)"),
    ],
)
def test_what_is_wrong_in_a_line_is_one_sentence(school, line, words):
    cell = school.run(f"%%nengo_train {line}\n{EXAMPLES}")

    assert is_one_sentence(cell.error, words)


@pytest.mark.parametrize(
    ("line", "body", "words"),
    [
        ("net --epochs 1 --loss mse", EXAMPLES + "loss = 'mae'", "both --loss and the cell say"),
        ("net --epochs 1", "", "the cell is empty: let it make x"),
        ("net --epochs 1", "x = {a: inputs}", "does not assign y: it must leave x, {node: array}"),
        ("net --epochs 1", "z = 1", "the cell does not assign x or y"),
        ("net --epochs 1", "y = x = 0\nloss = 'msee'", "there is no loss 'msee'"),
    ],
)
def test_what_is_wrong_in_a_body_is_one_sentence(school, line, body, words):
    cell = school.run(f"%%nengo_train {line}\n{body}")

    assert is_one_sentence(cell.error, words)


def is_one_sentence(error, words):
    return type(error) is UsageError and words in str(error) and "\n" not in str(error)


@pytest.mark.parametrize(
    "line", ["net --epochs 1 --optimizer Adm", "other --epochs 1", "net --epochs 1 --loss x"]
)
def test_a_wrong_first_line_is_told_before_the_body_runs(school, line):
    school.run(f"%%nengo_train {line}\nran = True\n{EXAMPLES}")

    assert "ran" not in school.names


def test_an_error_in_the_body_shows_the_users_line_and_trains_nothing(school):
    cell = school.run("%%nengo_train net --epochs 1\n1 / 0\n" + EXAMPLES)

    assert isinstance(cell.error, ZeroDivisionError)
    assert "----> 2 1 / 0" in cell.printed
    assert "nengo_nb" not in cell.printed
    assert "x" not in school.names


def test_examples_that_do_not_fit_are_one_sentence(school):
    cell = school.run(
        "%%nengo_train net --epochs 1 --batch 20\nx = {a: np.zeros((5, 1, 3))}\ny = {p: 0}"
    )

    assert "has shape (5, 1, 3), but (examples, n_steps, 2) is needed" in cell.printed
    assert "Traceback" not in cell.printed
    assert "ended by an error" not in cell.printed, "it had not begun"


@pytest.mark.parametrize("source", ["%%nengo_train --help", "%%nengo_train net -h\nran = 1"])
def test_help_prints_the_usage_with_an_example_and_runs_nothing(school, source):
    cell = school.run(source)

    assert cell.error is None
    assert "usage: %%nengo_train" in cell.printed
    assert "example:" in cell.printed
    assert "ran" not in school.names


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "%%nengo_train ",
            ["net", "--help", "--epochs", "--batch", "--optimizer", "--loss", "--validation-split"],
        ),
        ("%%nengo_train net --b", ["--batch"]),
        (
            "%%nengo_train net --optimizer Ada",
            ["Adadelta", "Adafactor", "Adagrad", "Adam", "Adamax", "AdamW"],
        ),
        ("%%nengo_train net --loss ms", ["mse", "msle"]),
    ],
)
def test_tab_proposes_what_fits(school, line, expected):
    with provisionalcompleter():
        proposed = [c.text for c in school.shell.Completer.completions(line, len(line))]

    assert proposed == expected


# --- the function
# -----------------------------------------------------------------------------------------


def function_arguments():
    with nengo.Network(seed=1) as net:
        node = nengo.Node(np.zeros(1))
        ens = nengo.Ensemble(10, 1, neuron_type=nengo.RectifiedLinear())
        nengo.Connection(node, ens, synapse=None)
        probe = nengo.Probe(ens)
    x = np.random.RandomState(0).uniform(-1, 1, (60, 1, 1))
    return net, {node: x}, {probe: x**2}


def test_a_script_trains_with_a_line_of_text(capsys):
    net, x, y = function_arguments()

    with nengo_nb.train(net, x, y, epochs=2, batch=20, optimizer="SGD(0.01)", metrics="mae") as sim:
        history = sim.keras_model.history.history

    (line,) = [
        line for line in capsys.readouterr().out.splitlines() if line.startswith("unnamed Network")
    ]
    assert "learned for 2 epochs" in line
    assert len(history["mae"]) == 2


def test_a_simulator_goes_on_from_what_it_learned():
    net, x, y = function_arguments()
    with nengo_nb.Simulator(net, minibatch_size=20, progress_bar=False) as sim:
        same = nengo_nb.train(sim, x, y, epochs=1)
        first = sim.keras_model.history.history["loss"]
        nengo_nb.train(sim, x, y, epochs=1, batch=20)
        second = sim.keras_model.history.history["loss"]

    assert same is sim
    assert second < first


def test_a_simulator_keeps_the_size_of_its_minibatches():
    net, x, y = function_arguments()

    with (
        nengo_nb.Simulator(net, minibatch_size=20, progress_bar=False) as sim,
        pytest.raises(ValueError, match="minibatches of 20, so batch cannot be 30"),
    ):
        nengo_nb.train(sim, x, y, epochs=1, batch=30)


def test_a_script_that_is_interrupted_gets_the_simulator(school, capsys):
    net, x, y = function_arguments()
    interrupt = interrupting(school, 1)

    with nengo_nb.train(net, x, y, epochs=5, batch=20, callbacks=[interrupt]) as sim:
        weights = [np.array(variable) for variable in sim.keras_model.trainable_weights]

    assert "stopped in epoch 1 of 5" in capsys.readouterr().out
    for kept, seen in zip(weights, interrupt.weights, strict=True):
        np.testing.assert_array_equal(kept, seen)
