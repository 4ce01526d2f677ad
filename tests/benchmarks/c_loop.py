"""The integrator benchmark as a C loop: what a step costs with nothing between the arithmetic and
the processor.

It computes what Nengo computes, with LIF neurons, for the encoders, decoders, gains and biases
Nengo built.
"""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

SOURCE = r"""
static float charge(float x)  /* 1 - exp(-x), for x of at most 0.05 */
{
    return x * (1 - x * (0.5f - x * (1.f / 6 - x * (1.f / 24 - x * (1.f / 120)))));
}

static float crossed(float x)  /* -log(1 - x), for x of at most 0.05 */
{
    return x * (1 + x * (0.5f + x * (1.f / 3 + x * (0.25f + x * (0.2f + x * (1.f / 6))))));
}

void run(long steps, long arrays, long n, const float *input, const float *encoders, const float *decoders,
         const float *bias, float *stimulus, float *recurrent, float *voltage, float *refractory)
{
    const float dt = 0.001f, tau_rc = 0.02f, tau_ref = 0.002f;
    const float decay = 0.99004983f;  /* exp(-dt / 0.1) */
    for (long step = 0; step < steps; step++)
        for (long i = 0; i < arrays; i++) {
            const float x = stimulus[i] + recurrent[i];
            float sum = 0;
            for (long k = i * n; k < (i + 1) * n; k++) {
                const float J = encoders[k] * x + bias[k];
                const float left = refractory[k] - dt;
                float delta = dt - left;
                delta = delta < 0 ? 0 : delta > dt ? dt : delta;
                float v = voltage[k] + (J - voltage[k]) * charge(delta / tau_rc);
                const int spiked = v > 1;
                const float since = crossed(spiked ? (v - 1) / (J - 1) : 0) * tau_rc;
                voltage[k] = spiked || v < 0 ? 0 : v;
                refractory[k] = spiked ? tau_ref + dt - since : left;
                sum += spiked ? decoders[k] : 0;
            }
            stimulus[i] = decay * stimulus[i] + (1 - decay) * 0.1f * input[i];
            recurrent[i] = decay * recurrent[i] + (1 - decay) * sum / dt;
        }
}
"""


class Integrators:
    """As many integrators as the network has ensembles."""

    def __init__(self, network: Any, minibatch: int) -> None:
        import nengo

        compiler = shutil.which("gcc") or shutil.which("cc")
        if compiler is None or minibatch != 1:
            raise ValueError("the loop in C needs a compiler, and has no minibatch")
        self.run = _compile(compiler)
        with nengo.Simulator(network, progress_bar=False) as sim:
            self._take(network, sim)

    def _take(self, network: Any, sim: Any) -> None:
        """The parameters that Nengo built, as one array each."""
        ensembles = network.all_ensembles
        decoders = {
            c.pre: sim.data[c].weights for c in network.all_connections if c.pre in set(ensembles)
        }
        stimulus = next(node for node in network.all_nodes if node.size_in == 0)
        parameters = [
            stimulus.output,
            [sim.data[e].scaled_encoders for e in ensembles],
            [decoders[e] for e in ensembles],
            [sim.data[e].bias for e in ensembles],
        ]
        self.parameters = [np.ascontiguousarray(p, np.float32).reshape(-1) for p in parameters]
        self.arrays, self.n = len(ensembles), ensembles[0].n_neurons
        per_array, per_neuron = (2, self.arrays), (2, self.arrays * self.n)
        self.state = [*np.zeros(per_array, np.float32), *np.zeros(per_neuron, np.float32)]

    def run_steps(self, n_steps: int) -> None:
        """Take some steps."""
        pointers = [array.ctypes.data_as(ctypes.c_void_p) for array in self.parameters + self.state]
        numbers = [ctypes.c_long(number) for number in (n_steps, self.arrays, self.n)]
        self.run(*numbers, *pointers)


def _compile(compiler: str) -> Any:
    """The loop as a function."""
    with tempfile.TemporaryDirectory() as folder:
        source, library = Path(folder) / "loop.c", Path(folder) / "loop.so"
        source.write_text(SOURCE, encoding="utf-8")
        options = ["-O3", "-march=native", "-ffast-math", "-shared", "-fPIC"]
        subprocess.run([compiler, *options, str(source), "-o", str(library)], check=True)
        return ctypes.CDLL(str(library)).run
