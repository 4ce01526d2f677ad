/** Messages about the entries of a live view for expressions of semantic pointers. */

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
