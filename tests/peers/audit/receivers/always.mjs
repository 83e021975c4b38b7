// Everything is answered 200 ok; what is wrong is only logged.

import { serve } from "./receive.mjs";

serve(() => true);
