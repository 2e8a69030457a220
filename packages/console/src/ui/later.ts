import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { div, part } from "./html.ts";

type Part<P> = (properties: P) => VNode | null;

export interface LaterProps<P extends object> {
  /** Imports the module. */
  readonly load: () => Promise<Part<P>>;
  readonly properties: P;
}

/**
 * A part whose module is asked for when it is shown first, so that the first look at a page does not wait for what is below it. Until it has
 * come, and where it does not come, its place is empty.
 */
export function Later<P extends object>({ load, properties }: LaterProps<P>): VNode {
  const loaded = useSignal<{ readonly component: Part<P> } | undefined>(undefined);
  useEffect(() => {
    load().then(
      (component) => (loaded.value = { component }),
      () => undefined,
    );
  }, []);
  return loaded.value === undefined ? div({ class: "later" }) : part(loaded.value.component, properties);
}
