import type { ReadonlySignal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { OverviewAnswer } from "../answers/overview.ts";
import type { Clock } from "./clock.ts";
import type { HubCalls } from "./hub.ts";
import type { Notices } from "./notices.ts";
import type { Poll } from "./poll.ts";
import type { Preferences } from "./preferences.ts";
import type { Route } from "./place.ts";

/** What every screen works with; made once, in main.ts. */
export interface Desk {
  readonly operator: Operator;
  readonly preferences: Preferences;
  readonly route: Route;
  readonly hub: HubCalls;
  readonly clock: Clock;
  readonly notices: Notices;
  readonly live: Live;
  /** What the head of every page shows, and all of the first screen. */
  readonly overview: Poll<OverviewAnswer>;
  /** The hub serves another version of the console by now: this page should be loaded again, when it suits. */
  readonly isReplaced: ReadonlySignal<boolean>;
}

/** Who has logged in. */
export interface Operator {
  readonly name: string;
  readonly role: "viewer" | "operator" | "admin";
  /** In by the shared password: nobody's name stands behind what is done. */
  readonly isBreakGlass: boolean;
  readonly mayAct: boolean;
  /** How they show again who they are, before what cannot be undone for many. */
  readonly provesBy: "password" | "oidc";
  /** False: only some groups, and nothing of the whole hub. */
  readonly seesAll: boolean;
}

/** Whether what is shown is kept up to date. */
export interface Live {
  /** Somebody has stopped it, to read. */
  readonly isPaused: () => boolean;
  /** Whether a question is open, about what must stay where it is meanwhile. */
  readonly isHeld: () => boolean;
  /** @returns ends it */
  readonly hold: () => () => void;
  readonly toggle: () => void;
}

export const DeskContext = createContext<Desk | undefined>(undefined);

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (desk === undefined) throw new Error("a part of the console outside of it");
  return desk;
}
