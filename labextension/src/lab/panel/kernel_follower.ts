/**
 * Follows the active notebook from kernel to kernel; each kernel keeps its client while other
 * notebooks are in front.
 */

import type { INotebookTracker, NotebookPanel } from "@jupyterlab/notebook";
import type { Kernel } from "@jupyterlab/services";
import type { Notice, Output, Row } from "../../protocol/panel";
import { PanelClient, type ConnectionState, type Listener, type RowOrder } from "./panel_client";

/** Listener to the active notebook, and to messages of all kernels. */
export interface Watcher {
  changed: () => void;
  noticed: (message: Notice) => void;
  output: (message: Output, notebook: NotebookPanel) => void;
  /** The rows of a notebook's kernel; null while there are none to be had. */
  told: (notebook: NotebookPanel, rows: Row[] | null) => void;
}

export class KernelFollower {
  private readonly clients = new Map<Kernel.IKernelConnection, PanelClient>();
  private readonly known = new WeakSet<NotebookPanel>();
  private watchers: Watcher[] = [];

  constructor(private readonly tracker: INotebookTracker) {
    tracker.currentChanged.connect(() => {
      this.follow();
    });
    this.follow();
  }

  watch(watcher: Watcher): void {
    this.watchers.push(watcher);
    watcher.changed();
  }

  get notebook(): NotebookPanel | null {
    return this.tracker.currentWidget;
  }

  get kernel(): Kernel.IKernelConnection | null {
    return kernelOf(this.notebook);
  }

  get condition(): ConnectionState | null {
    if (!this.notebook) return null;
    return this.client?.condition ?? { kind: "looking" };
  }

  /** The entries of the active notebook's kernel. */
  get rows(): Row[] {
    return rowsOf(this.condition) ?? [];
  }

  /** Whether an order waits for a cell to end. */
  get blocked(): boolean {
    return this.kernel?.status === "busy" && (this.client?.waiting.size ?? 0) > 0;
  }

  give(order: RowOrder): void {
    this.client?.give(order);
  }

  /** Give an order to a notebook's kernel, whichever is in front. */
  giveTo(notebook: NotebookPanel, order: RowOrder): void {
    this.clientOf(notebook)?.give(order);
  }

  /** Keep a client to a notebook's kernel, whichever is in front. */
  hold(notebook: NotebookPanel): void {
    if (!this.known.has(notebook)) {
      this.known.add(notebook);
      notebook.sessionContext.kernelChanged.connect(() => {
        this.connect(notebook);
        this.changed();
      });
    }
    this.connect(notebook);
  }

  private get client(): PanelClient | null {
    return this.clientOf(this.notebook);
  }

  private clientOf(notebook: NotebookPanel | null): PanelClient | null {
    const kernel = kernelOf(notebook);
    return kernel ? (this.clients.get(kernel) ?? null) : null;
  }

  private follow(): void {
    if (this.notebook) this.hold(this.notebook);
    this.changed();
  }

  /** Make a client to a notebook's kernel, once. */
  private connect(notebook: NotebookPanel): void {
    const kernel = kernelOf(notebook);
    if (!kernel || this.clients.has(kernel)) return;
    const listener: Listener = {
      changed: () => {
        if (kernel === this.kernel) this.changed();
        const rows = rowsOf(this.clients.get(kernel)?.condition ?? null);
        for (const watcher of this.watchers) watcher.told(notebook, rows);
      },
      noticed: (message) => {
        if (kernel === this.kernel) for (const watcher of this.watchers) watcher.noticed(message);
      },
      output: (message) => {
        for (const watcher of this.watchers) watcher.output(message, notebook);
      },
    };
    const client = new PanelClient(kernel, listener);
    this.clients.set(kernel, client);
    kernel.disposed.connect(() => {
      this.clients.delete(kernel);
      client.dispose();
    });
  }

  private changed(): void {
    for (const watcher of this.watchers) watcher.changed();
  }
}

function kernelOf(notebook: NotebookPanel | null): Kernel.IKernelConnection | null {
  return notebook?.sessionContext.session?.kernel ?? null;
}

function rowsOf(condition: ConnectionState | null): Row[] | null {
  return condition?.kind === "open" ? (condition.report?.rows ?? null) : null;
}
