/**
 * Client of the comms of one kernel: found without running code in it, lost with a restart, found
 * again after a cell.
 */

import type { Kernel, KernelMessage } from "@jupyterlab/services";
import type { Notice, Order, Output, Report, ToBrowser, ToKernel } from "../../protocol/panel";
import { VERSION } from "../../protocol/version";
import { ignore } from "../../dom/exhaustive";

const NEWS = "nengo_nb.panel.news";
const ORDERS = "nengo_nb.panel.orders";

/** State of the connection between the page and a kernel. */
export type ConnectionState =
  | { kind: "looking" }
  | { kind: "absent" }
  | { kind: "open"; report: Report | null }
  | { kind: "mismatch"; report: Report }
  | { kind: "failed"; text: string };

/** One member of a union after the other without what the client adds. */
type WithoutAddress<Member> = Member extends Order ? Omit<Member, "page" | "number"> : never;

/** Order of a row, which says nothing of the page. */
export type RowOrder = WithoutAddress<Order>;

/** Callbacks of a client. */
export interface Listener {
  changed: () => void;
  noticed: (message: Notice) => void;
  output: (message: Output) => void;
}

let pages = 0;

export class PanelClient {
  condition: ConnectionState = { kind: "looking" };
  /** Orders that the kernel has not heard yet, by number. */
  readonly waiting = new Set<number>();
  private readonly page = `${Date.now().toString(36)}-${pages++}`;
  private news: Kernel.IComm | null = null;
  private orders: Kernel.IComm | null = null;
  private number = 0;
  private asking = false;
  private due = false;

  constructor(
    readonly kernel: Kernel.IKernelConnection,
    private readonly listener: Listener,
  ) {
    kernel.statusChanged.connect(this.onStatus);
    kernel.iopubMessage.connect(this.onMessage);
    void this.look();
  }

  /** Let an order reach the kernel. */
  give(order: RowOrder): void {
    if (this.condition.kind !== "open") return;
    this.waiting.add(++this.number);
    this.send({ ...order, page: this.page, number: this.number });
    this.listener.changed();
  }

  dispose(): void {
    this.kernel.statusChanged.disconnect(this.onStatus);
    this.kernel.iopubMessage.disconnect(this.onMessage);
    this.drop({ kind: "absent" });
  }

  private send(message: ToKernel): void {
    this.orders?.send({ ...message });
  }

  /** Ask whether the comm of this package is there. */
  private async look(): Promise<void> {
    if (this.asking || this.news) return;
    this.asking = true;
    this.due = false;
    try {
      const reply = await this.kernel.requestCommInfo({ target_name: NEWS });
      const found = reply.content.status === "ok" ? Object.keys(reply.content.comms)[0] : undefined;
      if (found === undefined) this.drop({ kind: "absent" });
      else this.open(found);
    } catch (error) {
      // Asking ends like this where the kernel is restarted meanwhile; it is asked again when it is
      // there.
      if (!this.kernel.isDisposed && this.kernel.status !== "restarting") this.fail(error);
      else this.due = true;
    } finally {
      this.asking = false;
    }
  }

  private open(id: string): void {
    const news = this.kernel.createComm(NEWS, id);
    const orders = this.kernel.createComm(ORDERS);
    news.onMsg = (message) => {
      this.receive(message.content.data as unknown as ToBrowser);
    };
    news.onClose = orders.onClose = () => {
      this.drop({ kind: "absent" });
    };
    this.news = news;
    this.orders = orders;
    this.condition = { kind: "open", report: null };
    orders.open({ type: "Connect", page: this.page, version: VERSION } satisfies ToKernel);
    this.listener.changed();
  }

  private receive(message: ToBrowser): void {
    switch (message.type) {
      case "Report":
        this.condition = {
          kind: message.version === VERSION ? "open" : "mismatch",
          report: message,
        };
        break;
      case "Ack":
        if (message.page === this.page) this.waiting.delete(message.number);
        break;
      case "Notice":
        if (message.page === this.page || !message.page) this.listener.noticed(message);
        return;
      case "Output":
        if (message.page === this.page) this.listener.output(message);
        return;
      default:
        ignore(message);
        return;
    }
    this.listener.changed();
  }

  private fail(error: unknown): void {
    this.drop({ kind: "failed", text: error instanceof Error ? error.message : String(error) });
  }

  private drop(condition: ConnectionState): void {
    const comms = [this.news, this.orders];
    this.news = this.orders = null;
    for (const comm of comms) if (comm && !comm.isDisposed) comm.dispose();
    this.waiting.clear();
    this.condition = condition;
    this.listener.changed();
  }

  private readonly onStatus = (_kernel: Kernel.IKernelConnection, status: Kernel.Status): void => {
    if (status === "restarting" || status === "autorestarting" || status === "dead") {
      this.drop({ kind: "looking" });
      this.due = true;
    }
    if (status === "idle" && this.due) void this.look();
    this.listener.changed();
  };

  /** A cell may have loaded the extension: see to it when the kernel rests. */
  private readonly onMessage = (
    _: Kernel.IKernelConnection,
    message: KernelMessage.IIOPubMessage,
  ): void => {
    if (message.header.msg_type === "execute_input" && !this.news) this.due = true;
  };
}
