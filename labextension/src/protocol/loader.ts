/** Messages by which a page gets BokehJS from the kernel. */

// Written by write_protocol.py: change it in Python.

/** Request the kernel's copy of BokehJS. */
export interface WantBokeh {
  type: "WantBokeh";
}

/** Source of BokehJS, in the buffer. */
export interface BokehScript {
  type: "BokehScript";
}

export type ToBrowser = BokehScript;

export type ToKernel = WantBokeh;
