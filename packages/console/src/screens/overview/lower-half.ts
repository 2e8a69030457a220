import { Fragment, h, type VNode } from "preact";
import type { OverviewAnswer } from "../../answers/overview.ts";
import { div, part } from "../../ui/html.ts";
import { AlertsPanel } from "./alerts-panel.ts";
import { GroupsPanel, ProcessesPanel } from "./panels.ts";

export interface LowerHalfProps {
  readonly hub: OverviewAnswer;
}

/** Below what is wrong and how much there is: where it is, and who is told. It is loaded after them. */
export function LowerHalf({ hub }: LowerHalfProps): VNode {
  return h(
    Fragment,
    null,
    div(
      { class: "columns" },
      part(GroupsPanel, { groups: hub.groups }),
      !hub.isNarrow && part(ProcessesPanel, { processes: hub.processes }),
    ),
    !hub.isNarrow && part(AlertsPanel, {}),
  );
}
