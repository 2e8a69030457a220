import { expect, test } from "vitest";
import { nameSchemas } from "./named-schemas.ts";

const task = { type: "object", title: "Task", properties: { id: { type: "string" } } };
const answering = (schema: object) => ({ content: { "application/json": { schema } } });

test("a schema with a title becomes a component, wherever it stands, and keeps what is said of it there", () => {
  const list = { type: "object", properties: { tasks: { type: "array", items: { ...task, description: "One." } } } };
  expect(nameSchemas({ a: answering(task), b: answering(list) })).toEqual({
    a: answering({ $ref: "#/components/schemas/Task" }),
    b: answering({
      type: "object",
      properties: { tasks: { type: "array", items: { $ref: "#/components/schemas/Task", description: "One." } } },
    }),
    components: { schemas: { Task: { type: "object", properties: { id: { type: "string" } } } } },
  });
});

test("examples stand beside the schema of a body, and nothing in them is a name", () => {
  const example = { title: "Task", type: "object" };
  expect(nameSchemas(answering({ ...task, examples: [example] }))).toMatchObject({
    content: { "application/json": { examples: { 1: { value: example } } } },
    components: { schemas: { Task: { type: "object" } } },
  });
});

test("two schemas with one title are a mistake that is told", () => {
  expect(() => nameSchemas({ a: answering(task), b: answering({ ...task, properties: {} }) })).toThrow(
    "two schemas have the title Task",
  );
});
