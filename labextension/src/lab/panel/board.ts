/** The board: all the panel draws, without a word of JupyterLab. */

import { button, element, setText } from "./dom";
import type { Condition } from "./link";
import type { Row, Said } from "./messages";
import { RowView, type Wishes } from "./row";
import { adviceFor } from "./words";

/** What the board shows. */
export interface Situation {
  /** The notebook, or nothing. */
  notebook: string;
  condition: Condition | null;
  /** Whether the kernel has not heard of an order because a cell runs. */
  blocked: boolean;
}

export interface BoardWishes extends Wishes {
  /** Insert a cell below the active one. */
  insert: (source: string) => void;
}

const LOAD = "%load_ext nengo_nb";

export class Board {
  readonly node: HTMLElement;
  private readonly notebook = element("div", "nengo-nb-notebook");
  private readonly advice = element("p", "nengo-nb-advice");
  private readonly notice = element("p", "nengo-nb-error nengo-nb-notice", { role: "alert" });
  private readonly blocked = element("p", "nengo-nb-blocked", { role: "status" });
  private readonly list = element("div", "nengo-nb-list");
  private readonly load: HTMLButtonElement;
  private readonly insert: HTMLButtonElement;
  private readonly rows = new Map<string, RowView>();

  constructor(private readonly wishes: BoardWishes) {
    this.load = button(`Insert ${LOAD}`, "Insert this cell into the notebook, for you to run", () => {
      wishes.insert(`${LOAD}\nimport nengo`);
    });
    this.insert = button("Insert a %%nengo cell", "Insert a cell with a small network", () => {
      wishes.insert(networkCell([...this.rows.keys()]));
    });
    const parts = [this.notebook, this.blocked, this.notice, this.advice, this.load, this.list, this.insert];
    this.node = element("div", "nengo-nb-board", {}, ...parts);
  }

  show({ notebook, condition, blocked }: Situation): void {
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

  /** What the kernel answered to an order that it could not carry out. */
  say(said: Said): void {
    setText(this.notice, said.text);
  }

  private showRows(rows: Row[]): void {
    for (const [name, view] of this.rows) {
      if (rows.some((row) => row.name === name)) continue;
      view.node.remove();
      this.rows.delete(name);
    }
    rows.forEach((row, index) => {
      const known = this.rows.get(row.name);
      const view = known ?? new RowView(row, this.rowWishes());
      this.rows.set(row.name, view);
      view.update(row);
      if (this.list.children[index] !== view.node)
        this.list.insertBefore(view.node, this.list.children[index] ?? null);
    });
  }

  private rowWishes(): Wishes {
    return {
      order: (order) => {
        setText(this.notice, "");
        this.wishes.order(order);
      },
      interrupt: this.wishes.interrupt,
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
