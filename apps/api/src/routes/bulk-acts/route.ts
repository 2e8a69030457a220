import type { BulkActs, BulkRequest, BulkSelection, BulkState } from "@switchyard/tasks/bulk-acts";
import type { FastifyRequest } from "fastify";
import type { Static } from "typebox";
import { askerOf } from "../../access/asker.ts";
import { closedToRepeat, ownHandlers } from "../../access/require-for-handler.ts";
import { orNoSuchAct, toBulkAnswer } from "../../bulk/bulk-answer.ts";
import { ApiError } from "../../errors/api-error.ts";
import { orOutcomeUnknown, orUnavailable } from "../../errors/or-unavailable.ts";
import { groupOrAll } from "../../groups/group-params.ts";
import type { Scope } from "../../scope.ts";
import { readQueryTime, withIsoTimes } from "../../shapes/iso-times.ts";
import { createFewBudget, fewMax } from "./few-budget.ts";
import {
  abortSchema,
  beginSchema,
  type BulkBody,
  type BulkFilterBody,
  countSchema,
  getSchema,
  listSchema,
} from "./schema.ts";

interface BulkRouteDeps {
  readonly queue: { readonly bulkActs: BulkActs };
}

/** `/v1/bulk-acts`: what is done to all tasks that match a filter. */
export function actInBulk(scope: Scope, { queue: { bulkActs } }: BulkRouteDeps): void {
  scope.post("/v1/bulk-acts/count", { schema: countSchema }, ({ body }) =>
    orUnavailable(bulkActs.count(toSelection(body))).then(withIsoTimes),
  );
  scope.post("/v1/bulk-acts", { schema: beginSchema }, async (request, reply) => {
    const state = await orOutcomeUnknown(bulkActs.begin(toRequest(request.body, request)));
    tell(request, state);
    return reply.code(202).send(toBulkAnswer(state));
  });
  scope.get("/v1/bulk-acts", { schema: listSchema }, async () => {
    const states = await orUnavailable(bulkActs.list());
    return { bulkActs: states.map(toBulkAnswer) };
  });
  scope.get("/v1/bulk-acts/:bulk", { schema: getSchema }, ({ params: { bulk } }) =>
    orUnavailable(bulkActs.find(bulk)).then(orNoSuchAct).then(toBulkAnswer),
  );
  scope.post("/v1/bulk-acts/:bulk/abort", { schema: abortSchema }, async (request) => {
    const state = await orOutcomeUnknown(bulkActs.abort(request.params.bulk)).then(orNoSuchAct);
    tell(request, state);
    return toBulkAnswer(state);
  });
}

/**
 * The same for a hundred tasks at most, in all that somebody asks for within ten seconds: a route of its own, because another role may call
 * it, and it needs less of a proof.
 */
export function actOnFew(scope: Scope, { queue: { bulkActs } }: BulkRouteDeps): void {
  const budget = createFewBudget();

  /** Takes all that one act may be done to, or where that is more than is left, all that it would be done to now. */
  async function reserve({ by, ...asked }: BulkRequest, limit: number): Promise<number> {
    const count =
      limit <= budget.left(by) ? limit : Math.min(limit, (await orUnavailable(bulkActs.count(asked))).matched);
    budget.take(by, count);
    return count;
  }

  scope.post("/v1/bulk-acts/few", { schema: beginSchema }, async (request, reply) => {
    const { limit = fewMax } = request.body;
    if (limit > fewMax) throw new ApiError("invalid_request", `limit: must not exceed ${fewMax}`, { field: "limit" });
    const asked = toRequest(request.body, request);
    const reserved = await reserve(asked, limit);
    let taken = 0;
    try {
      const state = await orOutcomeUnknown(bulkActs.begin({ ...asked, limit: Math.min(limit, Math.max(reserved, 1)) }));
      taken = Math.min(state.matched, reserved);
      tell(request, state);
      return await reply.code(202).send(toBulkAnswer(state));
    } finally {
      budget.giveBack(asked.by, reserved - taken);
    }
  });
}

function toSelection({ act, filter }: Pick<Static<typeof BulkBody>, "act" | "filter">): BulkSelection {
  const { group, since, until, ...named }: BulkFilterBody = filter;
  return {
    act,
    filter: {
      ...named,
      group: group === undefined ? undefined : groupOrAll(group, "filter.group"),
      sinceMs: readQueryTime("filter.since", since),
      untilMs: readQueryTime("filter.until", until),
    },
  };
}

function toRequest(body: Static<typeof BulkBody>, request: FastifyRequest): BulkRequest {
  const { apiKey, opsSession, id } = request;
  const { perSecond = 100, limit, untilMs, reason } = body;
  const { since: _since, until: _until, ...named } = body.filter;
  if (Object.keys(named).length === 0 && body.all !== true) throw filterEmpty();
  const asked = { ...toSelection(body), perSecond, limit, untilMs, reason };
  // To run again what the hub does itself takes what doing it takes. Who cancels or discards all of something else does not mean it.
  const spared = body.filter.handler === undefined ? ownHandlers : [];
  const except = body.act === "retry" ? closedToRepeat(apiKey) : spared;
  return {
    ...asked,
    except,
    by: askerOf(request),
    origin: { act: id, via: opsSession === undefined ? "key" : "page" },
  };
}

/** A variable of the caller that was empty must not end everything that waits. */
function filterEmpty(): ApiError {
  const message =
    'filter: names nothing but times at most, which is every task of the hub; if these are meant, send `"all": true`, too';
  return new ApiError("invalid_request", message, { field: "filter" });
}

/** The audit tells of what was begun or ended by its id, and how many tasks it is about. */
function tell(request: FastifyRequest, { id, matched, done }: BulkState): void {
  if (request.audited !== undefined) request.audited = { ...request.audited, target: { bulk: id, matched, done } };
}
