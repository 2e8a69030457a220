import { expect, test } from "vitest";
import { createForgottenNamespaceHint } from "./forgotten-namespace.ts";

function hinted(...published: readonly (readonly [channel: string, isOpen: boolean])[]): unknown[] {
  const lines: unknown[] = [];
  const hint = createForgottenNamespaceHint({
    warn: ({ channel }: object & { channel?: string }) => lines.push(channel),
  } as never);
  for (const [channel, isOpen] of published) hint(channel, { allow_subscribe_for_client: isOpen });
  return lines;
}

test("a message to a name without a namespace that no client can open is told of, once", () => {
  expect(hinted(["lobby", false], ["hall", false])).toEqual(["lobby"]);
});

test("a message to a namespace, or to names that are open, is no slip", () => {
  expect(hinted(["chat:lobby", false], ["lobby", true])).toEqual([]);
});
