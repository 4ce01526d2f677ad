/** Messages with what a live run shows that is probably not as it was meant. */

// Written by write_protocol.py: change it in Python.

/** Finding about an object of the network that runs. */
export interface RunFinding {
  type: "RunFinding";
  /** Name of the object. */
  name: string;
  /** Kind of the problem. */
  problem: string;
  /** Sentence that says what was found. */
  reason: string;
  /** Sentence that says what helps. */
  remedy: string;
}

/** All findings of the last second, sent when there are others. */
export interface RunFindings {
  type: "RunFindings";
  findings: RunFinding[];
}
