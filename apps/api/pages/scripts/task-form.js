import { byId } from "./element.js";

/** The handlers of the development settings, and one that is not there. */
const examples = {
  count: {
    about: "A module that counts and reports how far it is.",
    task: { handler: "count", data: { to: 40, pauseMs: 100 }, group: "demo" },
  },
  test: {
    about: "A handler, some data and a group: the shortest task there is.",
    task: { handler: "test", data: { test: "test" }, group: "1" },
  },
  resize: {
    about: "A command: the task as JSON on stdin, progress and result as lines on stdout.",
    task: { handler: "resize", data: { width: 4000, height: 3000, widths: [320, 640, 1280] }, group: "images" },
  },
  misspelt: {
    about: "No worker has this handler, so the task is refused, with a reason and a name that is near.",
    task: { handler: "tset", data: { order: 1024 } },
  },
};

/** Fills the form with the example that is chosen, the first to begin with. */
export function offerExamples() {
  byId("presets").addEventListener("change", ({ target }) => show(target.value));
  show(byId("presets").querySelector(":checked").value);
}

function show(name) {
  const { about, task } = examples[name];
  byId("about").textContent = about;
  byId("handler").value = task.handler;
  byId("group").value = task.group ?? "";
  const lines = Object.entries(task.data).map(([key, value]) => `  "${key}": ${JSON.stringify(value)}`);
  byId("data").value = `{\n${lines.join(",\n")}\n}`;
  byId("enqueue").dispatchEvent(new Event("input"));
}

/** `{ task }` as the api takes it, or `{ problem }` in words. */
export function readForm() {
  const text = byId("data").value.trim();
  try {
    const group = byId("group").value;
    const data = text === "" ? undefined : JSON.parse(text);
    return { task: { handler: byId("handler").value.trim(), data, ...(group !== "" && { group }) } };
  } catch (error) {
    return { problem: `The data is not JSON: ${error.message}` };
  }
}
