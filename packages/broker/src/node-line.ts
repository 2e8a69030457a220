import type { NodeCommand, Uplink } from "./node-command.ts";

/**
 * What one process asks of gateways: commands about connections. Each node applies a command to its own connections and
 * answers with how many there were. Redis tells how many nodes heard it, so the asker knows for how many answers to wait,
 * and goes on with those it has when the time is over (docs/decisions/0016).
 *
 * Delivery is at-most-once, like all pub/sub: a node that was cut off does not hear it. What must hold for later
 * connections too (a revocation) is kept elsewhere. To one node, what is sent first is heard first, whoever sends it.
 */
export interface NodeLine {
  /**
   * Asks every node, or those that are named.
   * @throws HubError 100 (temporary) when Redis does not answer.
   */
  ask(command: NodeCommand | Uplink, options?: AskOptions): Promise<NodeAnswers>;
}

export interface AskOptions {
  /** By `uid`; default: every gateway there is. */
  readonly nodes?: readonly string[];
  /** How long answers are waited for once Redis has said who heard; default 1 000. */
  readonly timeoutMs?: number;
  /** No further answer is waited for once so many connections were concerned; default: all are. */
  readonly enough?: number;
}

/** `nodes` heard the question, `answered` of them replied in time, about `connections` connections in all. */
export interface NodeAnswers {
  readonly nodes: number;
  readonly answered: number;
  readonly connections: number;
}
