import type { Handler } from "@switchyard/tasks/handler";

/** Gives back what it was given, or fails where that is asked for. */
const echo: Handler = (data) => {
  if (data === "fail") throw new Error("as asked for");
  return data;
};

// oxlint-disable-next-line import/no-default-export -- what the catalog loads.
export default echo;
