/** A thread for tests, which lays out here and hands over copies, at once or when told. */

import type { Answer, Order } from "../src/diagram/layout/layout_protocol";
import { serve, type Line } from "../src/diagram/layout/serve";

export class Thread {
  onmessage: ((event: { data: Answer }) => void) | null = null;
  onerror: ((event: { message: string }) => void) | null = null;
  readonly orders: Order[] = [];
  readonly answers: Answer[] = [];
  ended = false;
  private readonly line: Line;

  constructor(private readonly atOnce: boolean) {
    this.line = {
      onmessage: null,
      postMessage: (answer) => {
        this.answers.push(structuredClone(answer));
        if (this.atOnce) this.deliver();
      },
    };
    serve(this.line);
  }

  postMessage(order: Order): void {
    this.orders.push(order);
    this.line.onmessage?.({ data: structuredClone(order) } as MessageEvent<Order>);
  }

  /** Hand over the oldest answer. */
  deliver(): void {
    const answer = this.answers.shift();
    if (answer) this.onmessage?.({ data: answer });
  }

  terminate(): void {
    this.ended = true;
  }

  /** The stand-in as the type that the page expects. */
  asWorker(): Worker {
    return this as unknown as Worker;
  }
}
