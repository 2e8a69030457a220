import type { ComponentChildren, VNode } from "preact";
import { CopyButton } from "./copy-button.ts";
import { code, div, p, part, pre } from "./html.ts";

export interface FirstCallProps {
  readonly text: ComponentChildren;
  readonly method?: "POST" | "PUT";
  /** Of the api. */
  readonly path: string;
  readonly body: object;
}

/** Where nothing is yet: what will be here, and the call that brings the first of it, to be pasted. */
export function FirstCall({ text, method = "POST", path, body }: FirstCallProps): VNode {
  const verb = method === "POST" ? "" : `-X ${method} `;
  const command = `curl ${verb}${location.origin}${path} -H "X-API-Key: $SWITCHYARD_API_KEY" \\\n  -H 'Content-Type: application/json' -d '${JSON.stringify(body)}'`;
  return div(
    { class: "empty" },
    p(null, text),
    div({ class: "call" }, pre({ tabIndex: 0 }, code(null, command)), part(CopyButton, { text: command })),
  );
}

/** The first task of all. */
export const firstTask = { path: "/v1/tasks", body: { handler: "test", group: "orders", data: { order: 7 } } };
