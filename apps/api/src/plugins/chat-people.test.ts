import { expect, test } from "vitest";

interface People {
  read(presence: Promise<{ readonly clients: Readonly<Record<string, object>> }>): Promise<void>;
  came(info: object): void;
  readonly tabs: number;
  readonly isKnown: boolean;
}

const script = new URL("../../pages/scripts/chat-people.js", import.meta.url).href;

async function countPeople() {
  const module = (await import(script)) as { readonly countPeople: (onChange: () => void) => People };
  const changes = { count: 0 };
  return { people: module.countPeople(() => void changes.count++), changes };
}

test("the chat shows no numbers where the hub does not say who is here, and shows them again once it does", async () => {
  const { people, changes } = await countPeople();
  await people.read(Promise.reject(new Error("permission denied")));
  expect([people.isKnown, changes.count]).toEqual([false, 1]);
  people.came({ client: "c1", user: "ann" });
  expect(people.isKnown).toBe(false);
  await people.read(Promise.resolve({ clients: { c1: { client: "c1", user: "ann" } } }));
  expect([people.isKnown, people.tabs, changes.count]).toEqual([true, 1, 3]);
});
