/** Sends a message to the kernel. */

import type { ToKernel } from "../protocol/live";

export type Send = (message: ToKernel) => void;
