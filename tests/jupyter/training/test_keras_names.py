"""A Keras object is written as a name with plain arguments, and nothing of what is written
is ever run.
"""

import keras
import pytest

from nengo_nb.jupyter.training.keras_names import losses, optimizers, spell


@pytest.mark.parametrize(
    ("text", "kind", "rate"),
    [
        ("RMSprop(1e-3)", keras.optimizers.RMSprop, 1e-3),
        ("rmsprop", keras.optimizers.RMSprop, 1e-3),
        (" Adam( learning_rate = 0.5 ) ", keras.optimizers.Adam, 0.5),
        ("SGD(0.25, momentum=0.9)", keras.optimizers.SGD, 0.25),
    ],
)
def test_an_optimizer_is_made_as_it_is_written(text, kind, rate):
    optimizer = spell(text, "optimizer", optimizers())

    assert type(optimizer) is kind
    assert float(optimizer.learning_rate) == pytest.approx(rate)


def test_a_loss_is_a_function_or_a_class_with_arguments():
    function = spell("mse", "loss", losses())
    made = spell("SparseCategoricalCrossentropy(from_logits=True)", "loss", losses())

    assert function is keras.losses.mean_squared_error
    assert made.get_config()["from_logits"] is True


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "Adam(open('file'))",
        "Adam(__import__('os'))",
        "Adam(**{'learning_rate': 1})",
        "(lambda: 1)()",
        "Adam; SGD",
        "Adam(1",
        "",
        "1e-3",
        "Adam(" * 500,
    ],
)
def test_whatever_is_no_name_with_plain_arguments_is_not_run(text):
    with pytest.raises(
        ValueError, match="is not the name of a Keras optimizer, alone or with numbers"
    ):
        spell(text, "optimizer", optimizers())


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Adm", "no optimizer 'Adm' (did you mean 'Adam'?); there are Adadelta, Adafactor"),
        ("open(1)", "no optimizer 'open'; there are Adadelta"),
        ("Adam(lr=1)", "Adam: there is no argument 'lr'; there are learning_rate, beta_1"),
        ("SGD('fast')", "'SGD('fast')' is no optimizer"),
        ("SGD(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17)", "is no optimizer"),
    ],
)
def test_a_wrong_word_is_one_sentence_that_names_what_exists(text, sentence):
    with pytest.raises(ValueError) as caught:
        spell(text, "optimizer", optimizers())

    assert sentence.replace("'SGD('fast')'", "\"SGD('fast')\"") in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_loss_that_is_a_function_takes_no_arguments():
    with pytest.raises(ValueError, match="the loss 'mse' takes no arguments"):
        spell("mse(1)", "loss", losses())


@pytest.mark.parametrize("name", optimizers())
def test_every_optimizer_that_is_proposed_can_be_made_by_its_name(name):
    assert isinstance(spell(name, "optimizer", optimizers()), keras.optimizers.Optimizer)
