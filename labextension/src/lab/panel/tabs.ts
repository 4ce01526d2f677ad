/**
 * Tabs beside the notebook; when the page is reloaded they come back, and are filled by the kernel
 * once it is there.
 */

import type { ILayoutRestorer, JupyterFrontEnd } from "@jupyterlab/application";
import { WidgetTracker } from "@jupyterlab/apputils";
import type { INotebookTracker, NotebookPanel } from "@jupyterlab/notebook";
import { SplitPanel } from "@lumino/widgets";
import { kernelIn } from "../kernels";
import type { KernelFollower } from "./kernel_follower";
import type { Output, Row } from "../../protocol/panel";
import { type Address, isSame, Tab } from "./tab";

const NAMESPACE = "nengo-nb";
const OPEN = "nengo-nb:open-tab";

export class Tabs {
  private readonly tracker = new WidgetTracker<Tab>({ namespace: NAMESPACE });

  constructor(
    private readonly app: JupyterFrontEnd,
    private readonly notebooks: INotebookTracker,
    private readonly follower: KernelFollower,
  ) {
    notebooks.widgetAdded.connect((_, notebook) => {
      this.meet(notebook);
    });
  }

  /** Bring back the tabs of before the page was reloaded, without what is in them. */
  restore(restorer: ILayoutRestorer): void {
    this.app.commands.addCommand(OPEN, {
      execute: (args) => {
        const tab = this.make(args as unknown as Address);
        this.app.shell.add(tab, "main", { activate: false });
        const notebook = this.notebooks.find(({ context }) => context.path === tab.address.path);
        if (notebook) this.follower.hold(notebook);
      },
    });
    void restorer.restore(this.tracker, {
      command: OPEN,
      args: ({ address }) => ({ ...address }),
      name: ({ id }) => id,
    });
  }

  /**
   * Ask for what is missing in tabs of a notebook, once its kernel has that; null is where nobody
   * answers.
   */
  told(notebook: NotebookPanel, rows: Row[] | null): void {
    for (const tab of this.of(notebook.context.path).filter(({ isEmpty }) => isEmpty)) {
      const { name, kind } = tab.address;
      const isAsked = tab.asked;
      tab.asked = rows?.some((row) => row.name === name) ?? false;
      if (tab.asked && !isAsked)
        this.follower.giveTo(notebook, {
          type: kind === "live" ? "ShowLive" : "ShowDiagram",
          name,
        });
    }
  }

  /** Show what a kernel sent, in the tab that is for it or in a new one. */
  async show(output: Output, notebook: NotebookPanel): Promise<void> {
    const address = { path: notebook.context.path, name: output.name, kind: output.kind };
    const known = this.tracker.find((tab) => isSame(tab.address, address));
    const isWaited = known?.isEmpty ?? false;
    const tab = known ?? this.place(this.make(address), notebook);
    tab.node.dataset.nengoNbKernel = kernelIn(notebook) ?? "";
    await tab.fill(output, notebook.content.rendermime);
    if (isWaited) return;
    this.app.shell.activateById(tab.id);
    if (!known && tab.isBelow) giveRoom(tab);
  }

  /** Follow a notebook that has tabs, also when its file gets another name. */
  private meet(notebook: NotebookPanel): void {
    let { path } = notebook.context;
    if (this.of(path).length) this.follower.hold(notebook);
    notebook.context.pathChanged.connect((_, now) => {
      for (const tab of this.of(path)) {
        tab.address = { ...tab.address, path: now };
        void this.tracker.save(tab);
      }
      path = now;
    });
  }

  private of(path: string): Tab[] {
    return this.tracker.filter((tab) => tab.address.path === path);
  }

  private make(address: Address): Tab {
    const tab = new Tab(address);
    void this.tracker.add(tab);
    return tab;
  }

  /** Put a tab beside the notebook, or behind the tabs that are there. */
  private place(tab: Tab, notebook: NotebookPanel): Tab {
    const { shell } = this.app;
    const last = this.tracker.filter((other) => other !== tab && other.isAttached).at(-1);
    shell.add(tab, "main", {
      mode: last ? "tab-after" : "split-right",
      ref: last?.id ?? notebook.id,
      activate: false,
    });
    // Notebook 7 has room for the notebook alone; there it goes below.
    tab.isBelow = !tab.isAttached;
    if (tab.isBelow) shell.add(tab, "down");
    return tab;
  }
}

/** Give what is below the notebook as much room as the notebook has. */
function giveRoom(tab: Tab): void {
  for (let above = tab.parent; above; above = above.parent)
    if (above instanceof SplitPanel && above.orientation === "vertical")
      above.setRelativeSizes([1, 1]);
}
