import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

/**
 * Who may end a client's line. A session has told the client before; the two doors' lines below it pass that on in words of their own, and
 * a Pusher client that is turned away has no session yet and is told by its line.
 */
const enders = [
  "session/session.ts",
  "doors/centrifuge/event-line.ts",
  "doors/pusher/pusher-line.ts",
  "doors/pusher/pusher-door.ts",
];

const ending = /\b#?(?:transport|line|stream|carrier)\.(?:close|end)\(/;

function findEnders(files: ReadonlyMap<string, string>): string[] {
  return Array.from(files).flatMap(([path, text]) => (ending.test(text) ? [path] : []));
}

test("no line of a client is ended but through its session, which says so first", () => {
  const root = new URL("../../apps/gateway/src/", import.meta.url).pathname;
  const paths = globSync("{session,doors,control,hub}/**/*.ts", { cwd: root }).filter(
    (path) => !path.endsWith(".test.ts"),
  );
  const files = new Map(paths.map((path) => [path, readFileSync(root + path, "utf8")]));
  expect(findEnders(files).toSorted()).toEqual(enders.toSorted());
  expect(findEnders(new Map([["doors/new/door.ts", "if (isWrong) this.#line.close(parting);"]]))).toHaveLength(1);
});
