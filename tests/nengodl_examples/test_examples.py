"""The examples reach figures that mean something, at small sizes."""

from __future__ import annotations

import pytest

from . import (
    from_nengo,
    keras_to_snn,
    lmu,
    mnist_autoencoder,
    nef_init,
    spa_memory,
    spa_retrieval,
    spiking_mnist,
    tensorflow_models,
)
from .__main__ import EXAMPLES, main
from .sizes import SMALL


def test_an_autoencoder_has_the_error_of_the_same_model_in_keras():
    found = mnist_autoencoder.run(**SMALL["mnist_autoencoder"])

    assert found["mean squared error"] < found["of zeros"] / 2
    assert found["mean squared error"] == pytest.approx(found["the same in Keras"], rel=0.1)


@pytest.mark.long
def test_a_spiking_network_learns_digits_by_its_rates():
    found = spiking_mnist.run(**SMALL["spiking_mnist"])

    assert found["before training"] < 0.3
    assert found["accuracy with spikes"] > 0.8


@pytest.mark.long
def test_a_keras_model_spikes():
    found = keras_to_snn.run(**SMALL["keras_to_snn"])

    assert found["accuracy in Keras"] > 0.85
    assert found["by rates"] == pytest.approx(found["accuracy in Keras"], abs=1e-6)
    assert found["by spikes"] < found["by more spikes"] - 0.1
    assert found["by more spikes"] > found["accuracy in Keras"] - 0.05


@pytest.mark.long
def test_a_whole_model_of_keras_runs_in_a_network():
    found = tensorflow_models.run(**SMALL["tensorflow_models"])

    assert found["largest feature"] > 0.1
    assert found["largest difference from Keras"] < 1e-4 * found["largest feature"]
    assert found["accuracy with spikes"] > 0.9


@pytest.mark.long
def test_a_legendre_memory_unit_reads_digits_pixel_by_pixel():
    found = lmu.run(**SMALL["lmu"])

    assert found["accuracy"] > 0.7


@pytest.mark.long
def test_retrieval_from_bound_pairs_is_learned():
    found = spa_retrieval.run(**SMALL["spa_retrieval"])

    assert found["similarity"] > found["similarity before training"] + 0.1
    assert found["retrieval accuracy"] > found["accuracy before training"] + 0.05


@pytest.mark.long
def test_a_memory_of_bound_pairs_is_learned():
    found = spa_memory.run(**SMALL["spa_memory"])

    assert found["similarity"] > found["similarity before training"] + 0.15
    assert found["retrieval accuracy"] > found["accuracy before training"] + 0.1


def test_training_that_begins_at_decoders_is_ahead():
    found = nef_init.run(**SMALL["nef_init"])

    assert found["before training"] < found["loss from random weights"]
    assert found["loss from decoders"] < found["before training"]


def test_a_network_of_nengo_runs_is_trained_and_goes_back():
    found = from_nengo.run(**SMALL["from_nengo"])

    assert found["difference from Nengo"] < 1e-3
    assert found["error in Nengo"] < found["error before training"] / 2


def test_an_example_that_is_not_there_is_refused(capsys):
    assert main(["mnist"]) == 2
    assert f"There is no mnist; there are: {', '.join(EXAMPLES)}." in capsys.readouterr().out
