/** Follows the active notebook from kernel to kernel; each kernel keeps its link while other notebooks are in front. */

import type { INotebookTracker, NotebookPanel } from "@jupyterlab/notebook";
import type { Kernel } from "@jupyterlab/services";
import { Link, type Condition, type Listener } from "./link";
import type { Order, Row, Said, Shown } from "./messages";

/** What happens in the active notebook. */
export interface Watcher {
  changed: () => void;
  said: (message: Said) => void;
  shown: (message: Shown, notebook: NotebookPanel) => void;
}

export class Follower {
  private readonly links = new Map<Kernel.IKernelConnection, Link>();
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
    return this.notebook?.sessionContext.session?.kernel ?? null;
  }

  get condition(): Condition | null {
    if (!this.notebook) return null;
    return this.link?.condition ?? { kind: "looking" };
  }

  /** What moves in the active notebook's kernel, or all there is. */
  get rows(): Row[] {
    const condition = this.condition;
    return condition?.kind === "open" ? (condition.report?.rows ?? []) : [];
  }

  /** Whether an order waits for a cell to end. */
  get blocked(): boolean {
    return this.kernel?.status === "busy" && (this.link?.waiting.size ?? 0) > 0;
  }

  give(order: Order): void {
    this.link?.give(order);
  }

  private get link(): Link | null {
    const { kernel } = this;
    return kernel ? (this.links.get(kernel) ?? null) : null;
  }

  private follow(): void {
    const { notebook } = this;
    if (notebook && !this.known.has(notebook)) {
      this.known.add(notebook);
      notebook.sessionContext.kernelChanged.connect(() => {
        this.follow();
      });
    }
    this.connect(notebook);
    this.changed();
  }

  /** Make a link to the active notebook's kernel, once. */
  private connect(notebook: NotebookPanel | null): void {
    const { kernel } = this;
    if (!notebook || !kernel || this.links.has(kernel)) return;
    const listener: Listener = {
      changed: () => {
        if (kernel === this.kernel) this.changed();
      },
      said: (message) => {
        if (kernel === this.kernel) for (const watcher of this.watchers) watcher.said(message);
      },
      shown: (message) => {
        for (const watcher of this.watchers) watcher.shown(message, notebook);
      },
    };
    const link = new Link(kernel, listener);
    this.links.set(kernel, link);
    kernel.disposed.connect(() => {
      this.links.delete(kernel);
      link.dispose();
    });
  }

  private changed(): void {
    for (const watcher of this.watchers) watcher.changed();
  }
}
