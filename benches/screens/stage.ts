import type { Hub } from "@switchyard/testkit/hub";
import type { Page } from "playwright-core";

/** A hub in one state, and what is looked at in it. */
export interface Stage {
  readonly name: "empty" | "failing" | "full";
  readonly about: string;
  /** Real processes over a Redis of their own. */
  readonly open: () => Promise<Hub>;
  /** What can only go wrong while somebody looks: `page` is at the first screen. */
  readonly spoil?: (hub: Hub, page: Page) => Promise<void>;
  readonly screens: readonly Screen[];
}

/** One screen, or one thing that lies over a screen. */
export interface Screen {
  readonly name: string;
  /** Below `/ops/`, with its query. */
  readonly path: string;
  /** What is there once it can be looked at; the answer of a screen of the console unless it is said. */
  readonly ready?: string;
  /** Before it is opened. */
  readonly prepare?: (page: Page, hub: Hub) => Promise<void>;
  /** Opens what lies over it. */
  readonly act?: (page: Page, hub: Hub) => Promise<void>;
  /** Takes back what these have done to the hub. */
  readonly undo?: (page: Page, hub: Hub) => Promise<void>;
  /** By nobody who has logged in. */
  readonly isOutside?: boolean;
}

export interface Look {
  readonly lang: "en" | "zh";
  readonly theme: "light" | "dark";
  readonly width: 390 | 1280;
}

export const looks: readonly Look[] = (["en", "zh"] as const).flatMap((lang) =>
  (["light", "dark"] as const).flatMap((theme) => ([1280, 390] as const).map((width) => ({ lang, theme, width }))),
);

/** By which `--only` finds it, and of its file. */
export function nameOf(stage: Stage, screen: Screen, { lang, theme, width }: Look): string {
  return `${stage.name}-${screen.name}-${lang}-${theme}-${width}`;
}
