/** Subject of what is shown or asked: a box or an arrow of a diagram. */

import type { SubjectKind } from "../protocol/diagram";

export interface Subject {
  what: SubjectKind;
  index: number;
}
