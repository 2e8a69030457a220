import { expect, test } from "vitest";
import { createReleaseStack } from "./release-stack.ts";

test("releases in reverse order of acquisition, one at a time", async () => {
  const order: string[] = [];
  const stack = createReleaseStack();
  for (const name of ["redis", "broker", "server"]) {
    stack.defer(name, async () => {
      order.push(`${name} begins`);
      await Promise.resolve();
      order.push(`${name} ends`);
    });
  }
  await stack.close();
  expect(order).toEqual(["server begins", "server ends", "broker begins", "broker ends", "redis begins", "redis ends"]);
});

test("releases everything even when one release fails, then names the failure", async () => {
  let released = false;
  const stack = createReleaseStack();
  stack.defer("redis", () => void (released = true));
  stack.defer("server", () => Promise.reject(new Error("socket busy")));
  await expect(stack.close()).rejects.toThrow("release of server failed");
  expect(released).toBe(true);
});

test("closes once however often it is asked", async () => {
  let count = 0;
  const stack = createReleaseStack();
  stack.defer("redis", () => void count++);
  await Promise.all([stack.close(), stack.close()]);
  expect(count).toBe(1);
});
