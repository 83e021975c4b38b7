// Hole: nothing is checked.

import { serve } from "./receive.mjs";

let count = 0;

serve(() => true, () => `event ${++count}\n`);
