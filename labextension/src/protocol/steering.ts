/** Messages about what input nodes of a live view put out. */

// Written by write_protocol.py: change it in Python.

/** Input node that puts out semantic pointers; `title` is the name of its module. */
export interface PointerNodeInfo {
  type: "PointerNodeInfo";
  name: string;
  title: string;
}

/** Sentence on why a text is no expression for a node; an empty one if it is. */
export interface Checked {
  type: "Checked";
  name: string;
  text: string;
  error: string;
}

/** Override dimensions of a node's output; those that are null stay as they are. */
export interface Grab {
  type: "Grab";
  name: string;
  values: (number | null)[];
}

/** End the override of a node. */
export interface Release {
  type: "Release";
  name: string;
}

/** Ask whether a text, as far as it is typed, is an expression of a node's vocabulary. */
export interface CheckExpression {
  type: "CheckExpression";
  name: string;
  text: string;
}

/** Override a node's output by the semantic pointer of an expression. */
export interface Drive {
  type: "Drive";
  name: string;
  text: string;
}

/** Show the entry for a node's expressions. */
export interface AddExpression {
  type: "AddExpression";
  name: string;
}

/** Remove the entry for a node's expressions, and end its override. */
export interface RemoveExpression {
  type: "RemoveExpression";
  name: string;
}

/** Show the sliders of a node. */
export interface AddSliders {
  type: "AddSliders";
  name: string;
}

/** Set the range of the sliders of a node. */
export interface ChangeSliders {
  type: "ChangeSliders";
  name: string;
  low: number;
  high: number;
}

/** Remove the sliders of a node, and end its override. */
export interface RemoveSliders {
  type: "RemoveSliders";
  name: string;
}

/** Node that puts out which of its keys are held down, in their order. */
export interface KeyboardInfo {
  type: "KeyboardInfo";
  name: string;
  keys: string[];
}

/** Set which keys of a node are held down; all others are released. */
export interface HoldKeys {
  type: "HoldKeys";
  name: string;
  held: string[];
}
