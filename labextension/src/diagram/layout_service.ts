/**
 * Layout service: has diagrams laid out in a worker, so that the page goes on listening meanwhile.
 *
 * A page may forbid workers, or workers whose code comes with a module (its Content-Security-Policy
 * has no `blob:` in `worker-src`). Then diagrams are laid out in the page, as there is no other way
 * to show them, and the console says so.
 */

import { answerOf, type Answer, type LaidOutView, type Order } from "./layout/layout_protocol";
import type { Diagram } from "./saved";

/** Starts a worker that does what an `Order` says. */
export type StartWorker = () => Worker;

/** Receiver of a layout's result: a view, or an error. */
export interface Client {
  show: (laid: LaidOutView) => void;
  fail: (error: string) => void;
}

const MEASURE = "nengo_nb diagram layout";

/** Requests of one diagram: one is carried out at a time, and of those that wait the newest. */
export class LayoutRequests {
  private asked: ReadonlySet<number> | null = null;
  private waiting: ReadonlySet<number> | null = null;
  private ended = false;

  constructor(
    private readonly layoutService: LayoutService,
    readonly number: number,
    readonly diagram: Diagram,
    private readonly client: Client,
  ) {}

  /** Lay out with these boxes open. What was asked for before and is not shown yet will not be. */
  want(opened: ReadonlySet<number>): void {
    this.waiting = new Set(opened);
    if (this.asked === null) this.ask();
  }

  /** Ask again what is not answered, now that somebody else answers. */
  repeat(): void {
    if (this.asked === null) return;
    this.waiting ??= this.asked;
    this.ask();
  }

  take(answer: Answer, inWorker: boolean): void {
    this.asked = null;
    if (this.ended) return;
    if (this.waiting !== null) {
      this.ask();
      return;
    }
    if ("error" in answer) {
      this.client.fail(answer.error);
      return;
    }
    const { took } = answer.laid;
    const end = performance.now();
    performance.measure(MEASURE, { start: Math.max(end - took, 0), end, detail: { inWorker } });
    this.client.show(answer.laid);
  }

  end(): void {
    this.ended = true;
    this.layoutService.leave(this);
  }

  private ask(): void {
    this.asked = this.waiting;
    this.waiting = null;
    if (this.asked) this.layoutService.layOut(this, this.asked);
  }
}

/** All diagrams of a module share one worker, which lives as long as there are any. */
export class LayoutService {
  private readonly requests = new Map<number, LayoutRequests>();
  private worker: Worker | null = null;
  private forbidden = false;
  private count = 0;

  constructor(private readonly start: StartWorker) {}

  /** A diagram comes. */
  enter(diagram: Diagram, client: Client): LayoutRequests {
    this.hire();
    const request = new LayoutRequests(this, ++this.count, diagram, client);
    this.requests.set(request.number, request);
    this.tell({ type: "keep", number: request.number, diagram });
    return request;
  }

  leave(request: LayoutRequests): void {
    this.requests.delete(request.number);
    this.tell({ type: "forget", number: request.number });
    if (this.requests.size > 0) return;
    this.worker?.terminate();
    this.worker = null;
  }

  layOut(request: LayoutRequests, opened: ReadonlySet<number>): void {
    if (this.worker) this.tell({ type: "lay out", number: request.number, opened });
    else request.take(answerOf(request.number, request.diagram, opened), false);
  }

  private tell(order: Order): void {
    this.worker?.postMessage(order);
  }

  private hire(): void {
    if (this.worker || this.forbidden) return;
    try {
      this.worker = this.start();
    } catch (error) {
      this.goWithout(error instanceof Error ? error.message : String(error));
      return;
    }
    this.worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      this.requests.get(data.number)?.take(data, true);
    };
    this.worker.onerror = (event) => {
      this.goWithout(event.message || "its code may not be run here");
    };
  }

  /** There can be no worker on this page. */
  private goWithout(reason: string): void {
    this.forbidden = true;
    this.worker?.terminate();
    this.worker = null;
    console.warn(`nengo_nb lays diagrams out in the page, which has no worker for it: ${reason}`);
    for (const request of [...this.requests.values()]) request.repeat();
  }
}
