import { isMoment, momentOf, readSearchFields } from "../../state/search-fields.ts";

/** What somebody has typed to find entries of the audit, as the api takes it but for the times. */
export interface AuditSearch {
  readonly asked: Readonly<Partial<Record<Asked, string>>>;
  /** Parts that mean nothing. */
  readonly unknown: readonly string[];
}

const things = ["group", "task", "schedule", "user"] as const;
const given = ["actor", "act", "target", "outcome", "via", "chain", "text", "since", "until"] as const;
const fields = [...given, ...things] as const;
type Field = (typeof fields)[number];
type Asked = (typeof given)[number];

const choices: Readonly<Partial<Record<Field, readonly string[]>>> = {
  outcome: ["done", "failed", "refused", "open"],
  via: ["page", "key"],
  chain: ["broken"],
};

/**
 * `actor:ada act:pause group:mail since:1h smtp`. A thing is asked for by its kind or as `target:`; words without a field are looked for in
 * reasons, and the id of a task is that task.
 */
export function readAuditSearch(text: string): AuditSearch {
  const { found, plain, unknown } = readSearchFields(text, { fields, isFit, isPlain: () => true });
  const thing = things.find((kind) => found[kind] !== undefined);
  const id = plain.find((word) => /^t_\w{6,}$/.test(word));
  const said = plain.filter((word) => word !== id).join(" ");
  const target = id === undefined ? thing && `${thing}:${found[thing]}` : `task:${id}`;
  const asked = Object.fromEntries(given.flatMap((name) => (found[name] === undefined ? [] : [[name, found[name]]])));
  return { asked: { ...asked, ...(target !== undefined && { target }), ...(said !== "" && { text: said }) }, unknown };
}

function isFit(field: Field, value: string): boolean {
  if (field === "since" || field === "until") return isMoment(value);
  return choices[field]?.includes(value) ?? value !== "";
}

/** The question as the api takes it. `since:1h` is an hour before now, so the same text asks for another hour later. */
export function auditQueryOf(
  { since, until, ...asked }: AuditSearch["asked"],
  nowMs: number,
): Readonly<Record<string, string>> {
  return {
    ...asked,
    ...(since !== undefined && { since: momentOf(since, nowMs) }),
    ...(until !== undefined && { until: momentOf(until, nowMs) }),
  };
}
