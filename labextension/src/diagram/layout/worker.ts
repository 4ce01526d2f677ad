/**
 * The worker: lays diagrams out beside the page. The build hands its code to the page as text (see
 * `code.d.ts`).
 */

import { serve } from "./serve";

serve(globalThis);
