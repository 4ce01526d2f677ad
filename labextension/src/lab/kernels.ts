/** Kernels: which one is behind a document or a console of JupyterLab. */

import type { ISessionContext } from "@jupyterlab/apputils";
import type { Widget } from "@lumino/widgets";

/** The id of the kernel that runs what is in a widget; nothing where the widget has no session. */
export function kernelIn(widget: Widget | undefined): string | undefined {
  const { sessionContext } = (widget ?? {}) as { sessionContext?: ISessionContext };
  return sessionContext?.session?.kernel?.id;
}
