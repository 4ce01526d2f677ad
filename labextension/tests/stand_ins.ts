/** Stand-ins for what a browser has and jsdom has not. */

import { vi } from "vitest";

/** Let sizes be observed, which never change where nothing is laid out. */
export function stubResizeObserver(): void {
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe(): void {
        return;
      }
      disconnect(): void {
        return;
      }
    },
  );
}
