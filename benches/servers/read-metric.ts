/** One number of a process's `/metrics`, without labels. @throws Error when there is no such metric. */
export async function readMetric(port: number, name: string): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  const value = new RegExp(`^${name} (\\S+)$`, "m").exec(await response.text())?.[1];
  if (value === undefined) throw new Error(`no metric ${name} on port ${port}`);
  return Number(value);
}
