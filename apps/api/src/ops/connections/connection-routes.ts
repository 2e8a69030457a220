import type { ConnectionReader } from "@switchyard/broker/connection-index";
import type { Control } from "@switchyard/broker/control";
import type { NodeRegistry } from "@switchyard/broker/node-registry";
import { disconnectCodes } from "@switchyard/protocol/disconnect-codes";
import { userIdMaxBytes } from "@switchyard/protocol/id-fault";
import type { FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { commandOne } from "../../connections/connection-line.ts";
import { checkClient } from "../../connections/path-ids.ts";
import { ApiError } from "../../errors/api-error.ts";
import { orUnavailable } from "../../errors/or-unavailable.ts";
import type { Scope } from "../../scope.ts";
import { acceptForms } from "../form-body.ts";
import { connectionsPath, frameOf, type Language, linkTo } from "../frame.ts";
import type { Markup } from "../html.ts";
import { sendOpsPage } from "../ops-page.ts";
import { connectionPage, type ConnectionView } from "./connection-page.ts";
import { connectionPath, listPage, type ListView } from "./list-page.ts";
import { type ConnectionFrame, words } from "./words.ts";

export interface OpsConnections {
  readonly control: Pick<Control, "ask" | "askConnection">;
  /** Undefined: no index is kept. */
  readonly connections: ConnectionReader | undefined;
  readonly nodes: Pick<NodeRegistry, "list">;
}

/** Connections of one page. */
const pageSize = 50;
const hide = true;
const closed = { additionalProperties: false };
const lang = Type.Optional(Type.Enum(["en", "zh"]));
const client = Type.String({ minLength: 1, maxLength: 255 });
const listQuery = Type.Object(
  {
    lang,
    user: Type.Optional(Type.String({ maxLength: userIdMaxBytes })),
    cursor: Type.Optional(Type.String({ maxLength: 1024 })),
    closed: Type.Optional(Type.Boolean()),
  },
  closed,
);
const oneQuery = Type.Object({ lang, client }, closed);

/** `/ops/connections`: who is connected, what each is subscribed to, and how to close one. Plain forms, no script. */
export async function serveConnectionPages(scope: Scope, ops: OpsConnections): Promise<void> {
  await acceptForms(scope);
  scope.get(connectionsPath, { schema: { hide, querystring: listQuery } }, async (request, reply) => {
    const { user = "", cursor, closed: isClosed = false } = request.query;
    const found = user === "" ? await findAll(ops, cursor) : await findOfUser(ops, user, cursor);
    const nodeNames = await namesOf(ops);
    const view = { ...found, nodeNames, isClosed, isFirstPage: cursor === undefined, nowMs: Date.now() };
    return send(reply, frameFor(request), listPage(frameFor(request), view));
  });
  scope.get(connectionPath, { schema: { hide, querystring: oneQuery } }, async (request, reply) => {
    const view = await findOne(ops, checkClient(request.query.client));
    return send(reply, frameFor(request), connectionPage(frameFor(request), view));
  });
  scope.post(connectionPath, { schema: { hide, querystring: oneQuery } }, async (request, reply) => {
    const target = { client: checkClient(request.query.client) };
    try {
      await commandOne({ kind: "disconnect", target, disconnect: disconnectCodes.forceDisconnect }, ops);
    } catch (error) {
      // It has gone by itself, which is what was wished for.
      if (!(error instanceof ApiError && error.code === "connection_unknown")) throw error;
    }
    request.log.info(target, "an operator closed a connection");
    return reply.redirect(linkTo(connectionsPath, frameFor(request), { closed: "true" }), 303);
  });
}

type Found = Pick<ListView, "connections" | "next" | "of">;

async function findAll({ connections }: OpsConnections, cursor: string | undefined): Promise<Found> {
  if (connections === undefined) return { connections, next: undefined, of: undefined };
  const page = await orUnavailable(connections.page(cursor, pageSize));
  const next = page.next === undefined ? undefined : { cursor: page.next };
  return { connections: page.connections, next, of: undefined };
}

/** The cursor is the id behind which the page begins. */
async function findOfUser({ connections }: OpsConnections, user: string, after: string | undefined): Promise<Found> {
  if (connections === undefined) return { connections, next: undefined, of: { user, status: undefined } };
  const page = { limit: pageSize, ...(after !== undefined && { after }) };
  const [found, [status]] = await orUnavailable(
    Promise.all([connections.ofUser(user, page), connections.status([user])]),
  );
  const last = found.length < pageSize ? undefined : found.at(-1);
  return { connections: found, next: last && { cursor: last.client }, of: { user, status } };
}

async function findOne({ connections, control, nodes }: OpsConnections, id: string): Promise<ConnectionView> {
  const record = await orUnavailable(connections?.one(id) ?? Promise.resolve(undefined));
  const nothing = { client: id, record: undefined, detail: undefined, nodeName: "", nowMs: Date.now() };
  if (record === undefined) return nothing;
  const said = await orUnavailable(control.askConnection({ client: id }, record.node));
  // The index is a moment behind its gateway, which has the last word.
  if (said === "gone") return nothing;
  const nodeName = (await namesOf({ nodes })).get(record.node) ?? record.node;
  return { ...nothing, record, detail: typeof said === "string" ? undefined : said, nodeName };
}

async function namesOf({ nodes }: Pick<OpsConnections, "nodes">): Promise<ReadonlyMap<string, string>> {
  return new Map((await orUnavailable(nodes.list())).map(({ uid, name }) => [uid, name]));
}

function frameFor(request: FastifyRequest): ConnectionFrame {
  const { lang: asked } = request.query as { readonly lang?: Language };
  return frameOf(words, { lang: asked, acceptLanguage: request.headers["accept-language"] });
}

function send(reply: FastifyReply, { said }: ConnectionFrame, body: Markup) {
  return sendOpsPage(reply, { status: 200, title: said.connections, body, layout: "board", language: said.locale });
}
