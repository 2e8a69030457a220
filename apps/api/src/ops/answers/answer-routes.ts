import type { Control } from "@switchyard/broker/control";
import type { PresenceReader } from "@switchyard/broker/presence";
import { parseChannelPattern } from "@switchyard/broker/channel-pattern";
import { parseExactJson } from "@switchyard/protocol/exact-json";
import { HubError } from "@switchyard/protocol/hub-error";
import { userIdMaxBytes } from "@switchyard/protocol/id-fault";
import type { ClientInfo } from "@switchyard/protocol/publication";
import type { FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { hubsOwnKey } from "../../access/api-keys.ts";
import type { ChannelCheck } from "../../channels/check-channel.ts";
import { ApiError } from "../../errors/api-error.ts";
import { orUnavailable } from "../../errors/or-unavailable.ts";
import type { Scope } from "../../scope.ts";
import { acceptForms } from "../form-body.ts";
import { answersPath, frameOf, type Language, linkTo } from "../frame.ts";
import type { Markup } from "../html.ts";
import { sendOpsPage } from "../ops-page.ts";
import { type Addressee, answerMaxLength, formPage } from "./form-page.ts";
import { channelsPage, formPath, membersPage, membersPath, type ChannelsView, type MembersView } from "./list-page.ts";
import { type AnswerFrame, words } from "./words.ts";

export interface OpsAnswers {
  readonly control: Pick<Control, "ask" | "listChannels">;
  readonly presence: Pick<PresenceReader, "members">;
  readonly checkChannel: ChannelCheck;
}

/** Channels a page lists. */
const listMax = 200;
const hide = true;
const closed = { additionalProperties: false };
const lang = Type.Optional(Type.Enum(["en", "zh"]));
const name = (maxLength: number) => Type.String({ minLength: 1, maxLength });
const to = { client: Type.Optional(name(64)), user: Type.Optional(name(userIdMaxBytes)) };
const channelsQuery = Type.Object({ lang, pattern: Type.Optional(Type.String({ maxLength: 255 })) }, closed);
const membersQuery = Type.Object({ lang, channel: name(1024) }, closed);
const count = Type.Optional(Type.Integer({ minimum: 0 }));
const formQuery = Type.Object({ lang, ...to, sent: count, partial: Type.Optional(Type.Boolean()) }, closed);
const answerBody = Type.Object({ text: name(2 * answerMaxLength) }, closed);

/**
 * `/ops/answers`: a person picks a connection, or a user with all of theirs, and types an answer to it. Plain forms, no script; nothing waits
 * while they type, since a page is all there is of it.
 */
export async function serveAnswerPages(scope: Scope, ops: OpsAnswers): Promise<void> {
  await acceptForms(scope);
  scope.get(answersPath, { schema: { hide, querystring: channelsQuery } }, async (request, reply) => {
    const { pattern = "user:*" } = request.query;
    return send(reply, frameFor(request), channelsPage(frameFor(request), await findChannels(ops, pattern)));
  });
  scope.get(membersPath, { schema: { hide, querystring: membersQuery } }, async (request, reply) => {
    return send(
      reply,
      frameFor(request),
      membersPage(frameFor(request), await findMembers(ops, request.query.channel)),
    );
  });
  scope.get(formPath, { schema: { hide, querystring: formQuery } }, async (request, reply) => {
    const { sent, partial: isPartial = false } = request.query;
    const body = formPage(frameFor(request), { to: addresseeOf(request.query), sent, isPartial });
    return send(reply, frameFor(request), body);
  });
  const answer = { hide, querystring: Type.Object({ lang, ...to }, closed), body: answerBody };
  scope.post(formPath, { schema: answer }, async (request, reply) => {
    const target = addresseeOf(request.query);
    // Forms write line ends as HTTP has them.
    const text = request.body.text.replaceAll("\r\n", "\n");
    const ask = ops.control.ask({ kind: "message", target, dataJson: JSON.stringify(text) });
    const { nodes, answered, connections } = await orUnavailable(ask);
    request.log.info({ ...target, connections }, "an operator answered");
    const done = { ...target, sent: String(connections), ...(answered < nodes && { partial: "true" }) };
    // After a form a page that can be loaded again without doing it again.
    return reply.redirect(linkTo(formPath, frameFor(request), done), 303);
  });
}

async function findChannels({ control }: OpsAnswers, pattern: string): Promise<ChannelsView> {
  const nothing = { pattern, channels: [], hasMore: false, isPartial: false };
  try {
    parseChannelPattern(pattern);
  } catch (error) {
    return { ...nothing, problem: (error as TypeError).message };
  }
  return orProblem<ChannelsView>(nothing, async () => {
    const { nodes, answered, channels } = await control.listChannels(pattern);
    const byName = [...channels].toSorted(([one], [other]) => (one < other ? -1 : 1));
    return {
      pattern,
      channels: byName.slice(0, listMax),
      hasMore: byName.length > listMax,
      isPartial: answered < nodes,
    };
  });
}

async function findMembers({ presence, checkChannel }: OpsAnswers, name: string): Promise<MembersView> {
  return orProblem<MembersView>({ channel: name, members: undefined }, async () => {
    const { channel, options } = checkChannel(name, { field: "channel", use: "read", apiKey: hubsOwnKey });
    if (!options.presence) return { channel, members: undefined };
    const members = Array.from(
      await presence.members(channel),
      ([client, infoJson]) => [client, parseExactJson(infoJson) as ClientInfo] as const,
    );
    return { channel, members: new Map(members) };
  });
}

/** What the hub refuses is said on the page; that Redis is away is answered as everywhere. */
async function orProblem<View extends object>(view: View, find: () => Promise<View>): Promise<View> {
  try {
    return await orUnavailable(find());
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    return { ...view, problem: error.publicMessage };
  }
}

function addresseeOf({ client, user }: { readonly client?: string; readonly user?: string }): Addressee {
  if (client !== undefined && user === undefined) return { client };
  if (user !== undefined && client === undefined) return { user };
  throw new ApiError("invalid_request", "name either `client` or `user`");
}

function frameFor(request: FastifyRequest): AnswerFrame {
  const { lang: asked } = request.query as { readonly lang?: Language };
  return frameOf(words, { lang: asked, acceptLanguage: request.headers["accept-language"] });
}

function send(reply: FastifyReply, { said }: AnswerFrame, body: Markup) {
  return sendOpsPage(reply, { status: 200, title: said.answers, body, layout: "board", language: said.locale });
}
