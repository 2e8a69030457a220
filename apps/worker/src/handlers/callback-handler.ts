import type { RunAttempt } from "@switchyard/tasks/task-worker";
import { AddressRefused, resolvePublic } from "../outbound/address-guard.ts";
import { postJson } from "../outbound/post-json.ts";
import { signBody } from "../outbound/sign-body.ts";
import { replyFailure } from "./describe-reply.ts";

export interface CallbackHandlerOptions {
  readonly signingSecret: string;
  readonly allowedHosts: ReadonlySet<string>;
}

/**
 * Tells the URL a producer has given that its task is settled: the record is POSTed to it, signed. The URL is a stranger's, so
 * it is called at a public address only, and at the very address that was checked.
 */
export function createCallbackHandler({ signingSecret, allowedHosts }: CallbackHandlerOptions): RunAttempt {
  return async ({ task, signal }) => {
    const { url, record } = task.data as { readonly url: string; readonly record: string };
    const target = new URL(url);
    try {
      const pinned = await resolvePublic(target.hostname, allowedHosts);
      const headers = signBody(record, signingSecret, Date.now());
      const reply = await postJson({ url: target, body: record, headers, signal, pinned });
      return replyFailure(reply) ?? { kind: "succeeded", result: { status: reply.status } };
    } catch (error) {
      if (!(error instanceof AddressRefused)) throw error;
      return { kind: "failed", code: "handler_failed", message: error.message, final: true };
    }
  };
}
