import { expect, test } from "vitest";
import { targetsOf } from "./audit-target.ts";

test.each([
  ["POST /v1/groups/:id/pause", { id: "mail" }, ["group:mail"]],
  ["POST /ops/api/tasks/:id/retry", { id: "t_1" }, ["task:t_1"]],
  ["DELETE /ops/schedules/:id", { id: "mail" }, ["schedule:mail"]],
  ["POST /ops/api/inbox/:user/items/:id/act", { user: "ann", id: "n_1" }, ["user:ann", "item:n_1"]],
  ["PUT /ops/queues/api/queues/:queueName/:jobId/retry", { queueName: "q", jobId: "t_1" }, ["queue:q", "task:t_1"]],
  ["block_user", { user: "ann" }, ["user:ann"]],
  ["GET /v1/constructor/:id", { id: "x", toString: "y", count: 3 }, ["constructor:x", "toString:y"]],
  ["POST /ops/login", undefined, []],
] as const)("%s of %j is about %j", (action, target, targets) => {
  expect(targetsOf({ action, ...(target && { target }) })).toEqual(targets);
});
