/** A new notebook: one whose cells define a network and run it. */

import type { Store } from "./tutorials";

const CELLS = [
  `%load_ext nengo_nb
import nengo
import numpy as np`,
  `%%nengo model --seed 1 --run 1.0
stimulus = nengo.Node(lambda t: np.sin(6 * t))
neurons = nengo.Ensemble(100, dimensions=1)
nengo.Connection(stimulus, neurons)
decoded = nengo.Probe(neurons, synapse=0.01)`,
];

/** The content of a new notebook. */
export function firstNotebook(): object {
  return {
    cells: CELLS.map((source, i) => ({
      cell_type: "code",
      execution_count: null,
      id: `nengo-${i.toString()}`,
      metadata: {},
      outputs: [],
      source,
    })),
    metadata: { kernelspec: { display_name: "Python 3", language: "python", name: "python3" } },
    nbformat: 4,
    nbformat_minor: 5,
  };
}

/** Make one in a folder, under a name that is free; returns its path. */
export async function makeNotebook(store: Store, folder: string): Promise<string> {
  const { path } = await store.newUntitled({ path: folder, type: "notebook" });
  await store.save(path, { type: "notebook", format: "json", content: firstNotebook() });
  return path;
}
