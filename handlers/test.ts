import type { Handler } from "@switchyard/tasks/handler";

/** Gives back what it was given: the quickest way to see a task go round. */
const test: Handler = (data) => ({ ok: true, echo: data });

export default test;
