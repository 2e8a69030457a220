import { startConsoleHub } from "./console-hub.ts";
import { allScreens, besideScreens } from "./screens.ts";
import type { Stage } from "./stage.ts";

/** As it is when it was just started: every screen says what will be there, and how it comes there. */
export const empty: Stage = {
  name: "empty",
  about: "nothing was done yet",
  open: () => startConsoleHub({ gateways: 1 }),
  screens: [...allScreens, ...besideScreens, { name: "inbox-of", path: "console/inbox/ann" }],
};
