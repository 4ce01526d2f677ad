/** Serving: what a worker does with the orders that come over its line to the page. */

import type { Diagram } from "../saved";
import { answerOf, type Answer, type Order } from "./layout_protocol";

/** The worker's end of the line. */
export interface Line {
  onmessage: ((event: MessageEvent<Order>) => void) | null;
  postMessage: (answer: Answer) => void;
}

/** Carry out what comes over a line. */
export function serve(line: Line): void {
  const kept = new Map<number, Diagram>();
  line.onmessage = ({ data }) => {
    switch (data.type) {
      case "keep":
        kept.set(data.number, data.diagram);
        break;
      case "lay out":
        line.postMessage(answerOf(data.number, kept.get(data.number), data.opened));
        break;
      case "forget":
        kept.delete(data.number);
        break;
    }
  };
}
