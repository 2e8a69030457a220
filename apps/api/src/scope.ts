import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "@switchyard/runtime/logger";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyInstance, RawServerDefault } from "fastify";

/** A Fastify scope whose routes take the types of their TypeBox schemas. */
export type Scope = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse<IncomingMessage>,
  Logger,
  TypeBoxTypeProvider
>;
