"""Cost model: the measured thresholds by which networks are planned and run, by kind of device.

``MODELS`` is the one place where they are chosen. Tests that want small networks to be treated as
large ones replace a model there (``tests/costs.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Device(Enum):
    """The kind of device that a program is made for."""

    CPU = "processor"
    GPU = "accelerator"


@dataclass(frozen=True)
class CostModel:
    """Thresholds for one kind of device, with what was measured on processors.

    Args:
        device: The kind of device.
        many_weights: A product with as many constant weights is worth a stage of its own, where all
            steps of a chunk are one matrix product: 1.8 times as fast for a stack of 784-512-256
            neurons.
        fewest_rows: Unless it has fewer rows or columns than that: what the stage of a narrow one
            hands on costs more than it gains.
        large_signal: A matrix of so many elements, such as learned weights, is not laid side by
            side with others.
        many_learned: Weights of one item that learn faster in blocks of steps: 1.5 times with 115
            000, and no faster with 51 000.
        many_learned_in_all: Weights of a minibatch that do: more than the cache holds. From there
            XLA reads what many items have in each step as fast as it computes; blocks take as long
            for 7 million, 0.6 of the time for 13, and 0.3 of it for 52.
        many_trained: Number of trained arrays from which the optimizer is applied by a plain graph,
            as XLA compiles some kernels for each. A minibatch takes 1.2 to 1.5 times as long then
            with 15 of them, 1.0 to 1.2 with 45, and 0.7 to 0.9 with 120; the first ``fit`` a third
            of the time with 45, and a sixth with 120 (Adam).
        few_trained_minibatches: Minibatches, in all, up to which training is not compiled if there
            is no loop over steps. XLA takes 0.5 s to compile two layers, and half as long for a
            minibatch of spiking neurons then; with convolutions it gains nothing at all.
        few_trained_steps: The same, in steps, where there is a loop: compiling takes 1 to 3 s and
            gains 0.1 to 2 ms a step.
        chunk_bytes: Room for what is known of a chunk of steps. A short chunk leaves most of it
            empty, and yet it is filled.
        long_chunk_bytes: Room for a long chunk; with more, the cache does not hold what one stage
            hands to the next.
        block_steps: Steps in a block of steps with constant weights. Twice as many need twice the
            memory for the inputs of the stage, and gain a seventh.
        most_slices: An argument of more spans is one gather instead of a concatenation of slices.
        wide_siblings: Sibling neurons are laid out as rows of a matrix if each ensemble has as
            many: XLA then loops along rows, of which each may have one input.
        highest_degree: Highest degree of a polynomial that stands for a function; above it the
            library's function is as fast.
        few_columns: Matrices of fewer columns are multiplied with single vectors as sums over
            columns: below it XLA is slow to begin a product.
        unrolled_columns: Sums over fewer columns LLVM unrolls completely, and then does not
            vectorize them.
        many_columns: From as many on, a plain matrix-vector product is as fast as anything else.
        dense_above: Density above which the product with a sparse matrix is computed as that with a
            dense one: as fast with one item in the batch and faster with more (from 300 to 1000
            rows), with at most eight times the memory.
        most_gathered: Number of inputs that a convolution gathers at once; larger batches go
            through in parts.
        fewest_room: Least number of steps of the longest chunk, however little room there is.
        most_room: Most steps of the longest chunk, however much room there is.
        chunk_seconds: Wall time of a chunk: short enough to interrupt, long enough to hide its
            overhead.
        first_steps: Steps of the first chunk, before it is known how fast the simulation runs.
        least_share: Least ratio of the time that the steps of a chunk take to the overhead of the
            chunk.
        many_chunks: Programs for longer chunks are compiled where a run asks for more than this
            times the present capacity.
        examples_at_once: Largest number of one-step examples that are computed at once.
        many_minibatches: Number of minibatches of one length after which their run is compiled as
            one program.
        most_predicted: Largest number of values in inputs and probes of such a run: all are in
            memory at once.
        most_numpy_steps: Largest number of steps to take in NumPy before those of the program.
        fewest_numpy_steps: If it would be fewer, the first step is compiled already.
        operator_seconds: What operators of one kind take in NumPy, however small their arrays. This
            and the next two are least squares over ``tests/models``, as are the two after them.
        neuron_type_seconds: What neurons of one type take besides.
        element_seconds: What each element of an operator's arrays adds, and each weight.
        program_seconds: Time to trace and compile the smallest program.
        group_seconds: What each group of merged operators adds.
        mixed_step_seconds: Time of a step in NumPy from which a network with Python in a loop is
            handed over to a program that calls Python on the thread of the run. A step takes such a
            program a tenth of that, but a call of ``sim.step()``, as of a robot that is controlled
            in real time, twice as long.
        most_neurons_ahead: Largest number of neurons to build in the background, where it slows
            down other cells.
    """

    device: Device
    many_weights: int = 2**15
    fewest_rows: int = 64
    large_signal: int = 2**15
    many_learned: int = 10**5
    many_learned_in_all: int = 2**23
    many_trained: int = 40
    few_trained_minibatches: int = 200
    few_trained_steps: int = 2000
    chunk_bytes: int = 2**20
    long_chunk_bytes: int = 2**23
    block_steps: int = 32
    most_slices: int = 16
    wide_siblings: int = 32
    highest_degree: int = 8
    few_columns: int = 16
    unrolled_columns: int = 60
    many_columns: int = 512
    dense_above: float = 1 / 16
    most_gathered: int = 2**24
    fewest_room: int = 16
    most_room: int = 2048
    chunk_seconds: float = 0.05
    first_steps: int = 16
    least_share: int = 4
    many_chunks: int = 2
    examples_at_once: int = 1000
    many_minibatches: int = 50
    most_predicted: int = 2**24
    most_numpy_steps: int = 2**62
    fewest_numpy_steps: int = 50
    operator_seconds: float = 2.5e-6
    neuron_type_seconds: float = 1e-5
    element_seconds: float = 1e-9
    program_seconds: float = 0.25
    group_seconds: float = 0.06
    mixed_step_seconds: float = 5e-4
    most_neurons_ahead: int = 50_000

    def is_worth_a_stage(self, rows: int, columns: int) -> bool:
        """Whether a product with constant weights is worth being computed for all steps at once."""
        return rows * columns >= self.many_weights and min(rows, columns) >= self.fewest_rows

    def is_worth_compiling(self, n_steps: int, minibatches: float, loops: bool) -> bool:
        """Whether XLA compiles training sooner than it would have been done without.

        Args:
            n_steps: Number of steps of an example.
            minibatches: Number of minibatches up to the end of training.
            loops: Whether anything is computed step by step.
        """
        if loops:
            return minibatches * n_steps > self.few_trained_steps and n_steps > 1
        # One step is computed as fast by TensorFlow's operators.
        return minibatches > self.few_trained_minibatches and n_steps > 1

    def is_worth_blocks(self, n_weights: int, batch: int) -> bool:
        """Whether learned weights are updated once in a block of steps, if no probe records them.

        Args:
            n_weights: Number of weights of one item.
            batch: Number of minibatch items.
        """
        if batch == 1:
            return n_weights >= self.many_learned
        return batch * n_weights >= self.many_learned_in_all


MODELS: dict[Device, CostModel] = {
    Device.CPU: CostModel(Device.CPU),
    # No accelerator has been measured yet, so it is planned for as a processor is.
    Device.GPU: CostModel(Device.GPU),
}
"""The cost model of each kind of device."""
