/** The DOM of the panel, which knows nothing of JupyterLab. */

import { element } from "../../dom/element";
import { button, setText } from "./button";
import type { ConnectionState } from "./panel_client";
import type { Notice, Row } from "../../protocol/panel";
import { RowView, type RowActions } from "./row";
import { adviceFor } from "./format";

/** State that the panel shows. */
export interface PanelState {
  /** The notebook, or nothing. */
  notebook: string;
  condition: ConnectionState | null;
  /** Whether the kernel has not heard of an order because a cell runs. */
  blocked: boolean;
}

export interface PanelActions extends RowActions {
  /** Insert a cell below the active one. */
  insert: (source: string) => void;
}

const LOAD = "%load_ext nengo_nb";

export class PanelView {
  readonly node: HTMLElement;
  private readonly notebook = element("div", { class: "nengo-nb-notebook" });
  private readonly advice = element("p", { class: "nengo-nb-advice" });
  private readonly notice = element("p", {
    class: "nengo-nb-error nengo-nb-notice",
    attributes: { role: "alert" },
  });
  private readonly blocked = element("p", {
    class: "nengo-nb-blocked",
    attributes: { role: "status" },
  });
  private readonly list = element("div", { class: "nengo-nb-list" });
  private readonly load: HTMLButtonElement;
  private readonly insert: HTMLButtonElement;
  private readonly rows = new Map<string, RowView>();

  constructor(private readonly actions: PanelActions) {
    this.load = button(
      `Insert ${LOAD}`,
      "Insert this cell into the notebook, for you to run",
      () => {
        actions.insert(`${LOAD}\nimport nengo`);
      },
    );
    this.insert = button("Insert a %%nengo cell", "Insert a cell with a small network", () => {
      actions.insert(networkCell([...this.rows.keys()]));
    });
    const parts = [
      this.notebook,
      this.blocked,
      this.notice,
      this.advice,
      this.load,
      this.list,
      this.insert,
    ];
    this.node = element("div", { class: "nengo-nb-board" }, ...parts);
  }

  show({ notebook, condition, blocked }: PanelState): void {
    if (notebook !== this.notebook.textContent) setText(this.notice, "");
    setText(this.notebook, notebook);
    setText(this.advice, adviceFor(condition));
    setText(
      this.blocked,
      blocked ? "The kernel is busy with a cell: what you asked for is done when the cell is." : "",
    );
    this.load.hidden = condition?.kind !== "absent";
    this.insert.hidden = condition?.kind !== "open";
    this.node.dataset.condition = condition?.kind ?? "none";
    this.showRows(condition?.kind === "open" ? (condition.report?.rows ?? []) : []);
  }

  /** Show the kernel's reason why it could not carry out a request. */
  say(notice: Notice): void {
    setText(this.notice, notice.text);
  }

  private showRows(rows: Row[]): void {
    for (const [name, view] of this.rows) {
      if (rows.some((row) => row.name === name)) continue;
      view.node.remove();
      this.rows.delete(name);
    }
    rows.forEach((row, index) => {
      const known = this.rows.get(row.name);
      const view = known ?? new RowView(row, this.rowActions());
      this.rows.set(row.name, view);
      view.update(row);
      if (this.list.children[index] !== view.node)
        this.list.insertBefore(view.node, this.list.children[index] ?? null);
    });
  }

  private rowActions(): RowActions {
    return {
      order: (order) => {
        setText(this.notice, "");
        this.actions.order(order);
      },
      interrupt: this.actions.interrupt,
    };
  }
}

/** A cell with a small network, under a name that is not taken. */
export function networkCell(taken: string[]): string {
  let name = "model";
  for (let number = 2; taken.includes(name); number++) name = `model${number}`;
  return [
    `%%nengo ${name} --seed 1`,
    "import nengo",
    "stimulus = nengo.Node([0.5])",
    "neurons = nengo.Ensemble(100, dimensions=1)",
    "nengo.Connection(stimulus, neurons)",
    "decoded = nengo.Probe(neurons, synapse=0.01)",
  ].join("\n");
}
