import type { Handler } from "@switchyard/tasks/handler";

/** Answers by the method that was called, in every way there is. */
const echo: Handler = (data, { caller, signal }) => {
  switch (caller?.method) {
    case "echo:fail":
      return { error: data };
    case "echo:code":
      return { error: { code: data, message: "not a code of ours" } };
    case "echo:throw":
      throw new Error("out of order");
    case "echo:large":
      return "x".repeat(70_000);
    case "echo:never":
    case "gone:never":
      return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("stopped"))));
    default:
      return { data, user: caller?.user, method: caller?.method };
  }
};

export default echo;
