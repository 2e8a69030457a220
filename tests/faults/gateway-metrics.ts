import type { AppProcess } from "@switchyard/testkit/app-process";

/** What `/metrics` says now; labels are part of the name. */
export async function readMetrics({ url }: Pick<AppProcess, "url">): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(5_000) });
  const lines = (await response.text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => {
      const end = line.lastIndexOf(" ");
      return [line.slice(0, end), Number(line.slice(end + 1))];
    }),
  );
}

export async function residentMib(process: Pick<AppProcess, "url">): Promise<number> {
  return Math.round(((await readMetrics(process)).get("process_resident_memory_bytes") ?? 0) / 2 ** 20);
}

/** What `/readyz` says: undefined when ready, else its reasons; also when it does not answer at all. */
export async function unreadiness({ url }: Pick<AppProcess, "url">): Promise<string | undefined> {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) });
    return response.status === 200 ? undefined : await response.text();
  } catch (error) {
    return String(error);
  }
}
