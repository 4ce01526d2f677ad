/**
 * A thread beside the page, which lays diagrams out: this package's own code, that came with the
 * module.
 */

import code from "./layout/code.json";

/**
 * Start it; nothing is fetched.
 *
 * @throws Where a page allows no worker; one that does not allow its code says so later, as an
 * error of the
 *   worker.
 */
export function startThread(): Worker {
  const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  const thread = new Worker(url, { name: "nengo_nb diagram layout" });
  const revoke = (): void => {
    URL.revokeObjectURL(url);
  };
  thread.addEventListener("message", revoke, { once: true });
  thread.addEventListener("error", revoke, { once: true });
  return thread;
}
