import { checkSettings } from "@switchyard/runtime/load-settings";
import { createLogger } from "@switchyard/runtime/logger";
import { createBullQueue } from "@switchyard/tasks/bullmq-queue";

// Puts one schedule again and again, each time with other words: `<redis url> <id> <times> <request as JSON>`.
const [url = "", id = "", times = "0", text = "{}"] = process.argv.slice(2);
const settings = checkSettings({});
const queue = await createBullQueue({
  redis: { url, prefix: "sy" },
  logger: createLogger({ app: "putter", level: "silent" }),
  settings: settings.tasks,
  handlers: settings.handlers,
});
const request = JSON.parse(text) as { readonly task: { readonly data: object } };
for (let round = 0; round < Number(times); round += 1) {
  const data = { ...request.task.data, round, putter: process.pid };
  await queue.schedules.put(id, { ...request, task: { ...request.task, data } } as object);
}
await queue.close();
