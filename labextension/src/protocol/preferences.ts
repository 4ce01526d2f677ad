/** Preferences of the viewer, which JupyterLab's settings hold. */

// Written by write_protocol.py: change it in Python.

/**
 * Preferences for all live views. JupyterLab's extension leaves them on the page for widgets,
 * which send them to the kernel.
 */
export interface Preferences {
  type: "Preferences";
  /** Version of the messages of the extension; widgets of another one use the defaults. */
  version: number;
  /** Largest number of frames per second. */
  frame_rate: number;
  /** Name of the palette of lines. */
  palette: string;
  /** Plots of a new live view, by the name in the settings. */
  default_plots: string;
}
