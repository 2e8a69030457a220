import { setTimeout as sleep } from "node:timers/promises";
import type { Handler } from "@switchyard/tasks/handler";

/** Work that waits for others, as most handlers do. */
const wait: Handler<{ readonly ms: number }> = ({ ms }) => sleep(ms, null);

// oxlint-disable-next-line import/no-default-export -- what the catalog loads.
export default wait;
