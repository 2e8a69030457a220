import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ProgressReport, type Progress } from "./progress-report.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function recorded() {
  const sent: Progress[] = [];
  const report = new ProgressReport((progress) => {
    sent.push(progress);
    return Promise.resolve();
  });
  return { sent, report };
}

test("the first is sent at once, the last of every 100 ms after it, those between never", async () => {
  const { sent, report } = recorded();
  for (let percent = 1; percent <= 50; percent++) report.report(percent);
  expect(sent).toEqual([{ percent: 1 }]);
  await vi.advanceTimersByTimeAsync(99);
  expect(sent).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(sent).toEqual([{ percent: 1 }, { percent: 50 }]);
});

test("what was not sent is handed out at the end and nothing is sent after it", async () => {
  const { sent, report } = recorded();
  report.report(1);
  report.report(99, "nearly");
  expect(await report.finish()).toEqual({ percent: 99, message: "nearly" });
  report.report(100);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(sent).toHaveLength(1);
});

test("a message that was superseded before it was sent is not lost", async () => {
  const { sent, report } = recorded();
  report.report(1);
  report.report(2, "half way");
  report.report(3);
  await vi.advanceTimersByTimeAsync(100);
  expect(sent.at(-1)).toEqual({ percent: 3, message: "half way" });
});

test("never two writes at a time, however slow Redis is", async () => {
  let release = () => {};
  let open = 0;
  const report = new ProgressReport(async () => {
    open += 1;
    expect(open).toBe(1);
    await new Promise<void>((resolve) => void (release = resolve));
    open -= 1;
  });
  report.report(1);
  report.report(2);
  await vi.advanceTimersByTimeAsync(5_000);
  release();
  await vi.advanceTimersByTimeAsync(0);
  expect(open).toBe(1);
  release();
  expect(await report.finish()).toBeUndefined();
});

test("percents are kept between 0 and 100, and no number is no progress", async () => {
  const { sent, report } = recorded();
  report.report(Number.NaN);
  report.report(-5);
  report.report(400);
  await vi.advanceTimersByTimeAsync(100);
  expect(sent).toEqual([{ percent: 0 }, { percent: 100 }]);
});

test("the end waits for the write that is under way", async () => {
  const written = Promise.withResolvers<void>();
  const report = new ProgressReport(() => written.promise);
  report.report(1);
  const isFinished = vi.fn<() => void>();
  void report.finish().then(isFinished);
  await vi.advanceTimersByTimeAsync(10);
  expect(isFinished).not.toHaveBeenCalled();
  written.resolve();
  await vi.advanceTimersByTimeAsync(0);
  expect(isFinished).toHaveBeenCalled();
});

test("of a report whose message is no Unicode the percent counts, and it is told once why", async () => {
  const sent: Progress[] = [];
  const problems: string[] = [];
  const send = async (progress: Progress) => void sent.push(progress);
  const report = new ProgressReport(send, (problem) => void problems.push(problem));
  for (const percent of [10, 20]) {
    report.report(percent, "a\ud83d");
    await vi.advanceTimersByTimeAsync(100);
  }
  report.report(30, "🚉");
  await vi.advanceTimersByTimeAsync(100);
  expect(sent).toEqual([{ percent: 10 }, { percent: 20 }, { percent: 30, message: "🚉" }]);
  expect(problems).toEqual([expect.stringContaining("half a surrogate pair")]);
});
