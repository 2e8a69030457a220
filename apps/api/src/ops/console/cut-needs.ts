import type { MoreNeeds, Need, OverviewAnswer } from "@switchyard/console/answers";
import type { GroupTrouble } from "@switchyard/tasks/group-trouble";

/** A page shows a few of a kind and folds the others. */
const listedOfKind = 50;

/**
 * What is listed of what needs somebody: of each kind the first, so that one rule with many subjects pushes out no other, and how many besides.
 * Numbers are of all; where a reading has stopped before its end they are the least that it can be, and say so.
 */
export function cutNeeds(
  needs: readonly Need[],
  { isPausedPartial, isDeadPartial }: Pick<GroupTrouble, "isPausedPartial" | "isDeadPartial">,
): Pick<OverviewAnswer, "needs" | "moreNeeds" | "needTotals"> {
  const kinds = Map.groupBy(needs, ({ code, severity }) => `${code} ${severity}`);
  const listed = new Set([...kinds.values()].flatMap((kind) => kind.slice(0, listedOfKind)));
  const isPart = (code: Need["code"]) =>
    (code === "group_paused" && isPausedPartial) || (code === "dead_letters" && isDeadPartial);
  const notices = needs.filter(({ severity }) => severity === "notice").length;
  return {
    needs: needs.filter((need) => listed.has(need)),
    moreNeeds: [...kinds.values()].flatMap((kind): MoreNeeds[] => {
      const [first] = kind;
      if (first === undefined || kind.length <= listedOfKind) return [];
      return [{ ...kindOf(first), count: kind.length - listedOfKind, isAtLeast: isPart(first.code) }];
    }),
    needTotals: { urgent: needs.length - notices, notices, isAtLeast: isPausedPartial || isDeadPartial },
  };
}

function kindOf({ code, severity }: Need): Pick<MoreNeeds, "code" | "severity"> {
  return { code, severity };
}
