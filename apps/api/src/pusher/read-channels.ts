import type { ChannelRules } from "@switchyard/broker/channel-rules";
import { kindOfChannel } from "@switchyard/pusher/channel";
import type { FastifyRequest } from "fastify";
import { ApiError } from "../errors/api-error.ts";
import { orUnavailable } from "../errors/or-unavailable.ts";
import type { Scope } from "../scope.ts";
import {
  type Attribute,
  type AttributeDeps,
  type Attributes,
  checkAttributes,
  parseAttributes,
  readAttributes,
} from "./channel-attributes.ts";
import { findHubChannel } from "./hub-channel.ts";

export interface ReadChannelsDeps extends AttributeDeps {
  readonly rules: Pick<ChannelRules, "resolve">;
}

const schema = { hide: true };

/** `GET /apps/:id/channels`, `/apps/:id/channels/:name` and `/apps/:id/channels/:name/users`. */
export function readChannels(scope: Scope, deps: ReadChannelsDeps): void {
  scope.get("/apps/:id/channels", { schema }, async (request) => {
    const info = infoOf(request, ["user_count", "subscription_count"]);
    const prefix = queryOf(request, "filter_by_prefix");
    // Of a list that holds nothing else, so that the answer never lacks it for some.
    if (info.includes("user_count")) checkAttributes(prefix, ["user_count"]);
    return { channels: Object.fromEntries(await orUnavailable(listChannels(request, { info, prefix }, deps))) };
  });
  scope.get("/apps/:id/channels/:name", { schema }, async (request) => {
    const asked = askedChannel(request, deps);
    const info = infoOf(request, ["user_count", "subscription_count", "cache"]);
    checkAttributes(asked.name, info);
    const reading = Promise.all([deps.occupancy.count(asked.realm, [asked.name]), readAttributes(asked, info, deps)]);
    const [[subscriptions = 0], attributes] = await orUnavailable(reading);
    return { occupied: subscriptions > 0, ...attributes };
  });
  scope.get("/apps/:id/channels/:name/users", { schema }, async (request) => {
    const { name, channel } = askedChannel(request, deps);
    if (kindOfChannel(name).access !== "presence") {
      throw new ApiError("invalid_request", "channel: users can be asked of presence channels alone", {
        field: "channel",
      });
    }
    const members = await orUnavailable(deps.presence.members(channel));
    const users = new Set(Array.from(members.values(), (info) => (JSON.parse(info) as { user: string }).user));
    return { users: Array.from(users, (id) => ({ id })) };
  });
}

/** Channels whose attributes are read at the same time. */
const readTogether = 100;

async function listChannels(
  { pusherApp: app }: FastifyRequest,
  { info, prefix }: { readonly info: readonly Attribute[]; readonly prefix: string },
  deps: ReadChannelsDeps,
): Promise<[string, Attributes][]> {
  const occupied = [...(await deps.occupancy.list(app.id, prefix))];
  if (!info.includes("user_count")) {
    const counts = info.includes("subscription_count");
    return occupied.map(([name, subscription_count]) => [name, counts ? { subscription_count } : {}]);
  }
  const listed: [string, Attributes][] = [];
  for (let start = 0; start < occupied.length; start += readTogether) {
    const some = occupied.slice(start, start + readTogether).map(async ([name]): Promise<[string, Attributes]> => {
      const checked = findHubChannel(deps.rules, app, { name, field: "channel", use: "read" });
      return [name, await readAttributes({ ...checked, name, realm: app.id }, info, deps)];
    });
    listed.push(...(await Promise.all(some)));
  }
  return listed;
}

function askedChannel({ params, pusherApp: app }: FastifyRequest, { rules }: ReadChannelsDeps) {
  const { name } = params as { readonly name: string };
  return { ...findHubChannel(rules, app, { name, field: "channel", use: "read" }), name, realm: app.id };
}

function infoOf(request: FastifyRequest, known: readonly Attribute[]): Attribute[] {
  return parseAttributes(queryOf(request, "info"), { field: "info", known });
}

/** A list is spelt with commas, or, by PHP, as a parameter for each. */
function queryOf({ query }: FastifyRequest, name: string): string {
  return Object.entries(query as Readonly<Record<string, string | string[]>>)
    .filter(([key]) => key.replace(/\[\d*\]$/, "") === name)
    .flatMap(([, value]) => value)
    .join(",");
}
