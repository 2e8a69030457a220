import { expect, test } from "vitest";
import { findCircle, roomsOf } from "./rooms.ts";

const circleOf = (files: Record<string, string>) => findCircle(roomsOf(new Map(Object.entries(files))));

test("a circle of folders is found, also one of types alone and one over several folders", () => {
  const planted = {
    "hub/hub.ts": 'import type { Session } from "../session/session.ts";',
    "session/session.ts": 'import { Roster } from "../presence/roster.ts";',
    "presence/roster.ts": 'export type { Hub } from "../hub/hub.ts";',
  };
  expect(circleOf(planted)).toEqual(["hub", "session", "presence", "hub"]);
});

test("the root may take from every room, and no room from the root", () => {
  const files = { "app.ts": 'import { a } from "./a/a.ts";', "a/a.ts": 'import { b } from "./b.ts";' };
  expect(circleOf(files)).toBeUndefined();
  expect(circleOf({ ...files, "a/b.ts": 'import {\n  app,\n} from "../app.ts";' })).toEqual(["app.ts", "a", "app.ts"]);
});

test("doors are rooms of their own, and so are the subsystems in Redis", () => {
  const files = {
    "doors/x/door.ts": 'import { y } from "../y/door.ts";',
    "doors/y/door.ts": 'import { x } from "../x/door.ts";',
  };
  expect(circleOf(files)).toEqual(["doors/x", "doors/y", "doors/x"]);
  const subsystems = {
    "redis/channel/publisher.ts": 'import { registry } from "../nodes/registry.ts";',
    "redis/nodes/registry.ts": 'import type { Publisher } from "../channel/publisher.ts";',
  };
  expect(circleOf(subsystems)).toEqual(["redis/channel", "redis/nodes", "redis/channel"]);
});
