import type { Publisher, ReceiptPublisher } from "../../broker.ts";
import type { OpenNodeLine } from "./redis-node-line.ts";

/** Publishing that asks the interested nodes how many connections they handed the message to. */
export function receiptsOver(
  publisher: Publisher,
  { openQuestion }: Pick<OpenNodeLine, "openQuestion">,
): ReceiptPublisher {
  return {
    async publishWithReceipt(channel, body, options) {
      const { address, collect, drop } = openQuestion();
      try {
        const result = await publisher.publish(channel, body, { ...options, receiptTo: address });
        return { ...result, receipt: (await collect(result.nodes, options)).answers };
      } catch (error) {
        drop();
        throw error;
      }
    },
  };
}
