import { expect, test } from "vitest";
import { openNotices } from "./notices.ts";

test("the newest act that can be taken back is taken back once, and then the one before it", () => {
  const notices = openNotices();
  const undone: string[] = [];
  for (const text of ["first", "second"]) notices.tell({ kind: "failed", text, undo: () => undone.push(text) });
  notices.tell({ kind: "failed", text: "third" });
  expect([notices.undoNewest(), notices.undoNewest(), notices.undoNewest()]).toEqual([true, true, false]);
  expect(undone).toEqual(["second", "first"]);
  expect(notices.shown.value.map(({ text }) => text)).toEqual(["third"]);
});

test("a failure is told until it is dismissed or its act is tried again", () => {
  const notices = openNotices();
  for (const of of ["Save", "Pause", undefined]) notices.tell({ kind: "failed", text: `no ${of}`, of });
  notices.forgetFailures("Save");
  expect(notices.shown.value.map(({ text }) => text)).toEqual(["no Pause", "no undefined"]);
});

test("that something is under way is told when it takes its time, and not after it is over", async () => {
  const notices = openNotices();
  notices.tellWork("quick", 5)();
  const end = notices.tellWork("slow", 0);
  await expect.poll(() => notices.shown.value.map(({ text }) => text)).toEqual(["slow"]);
  end();
  expect(notices.shown.value).toEqual([]);
});

test("what was done goes by itself, and not while somebody is at it", async () => {
  let isHeld = true;
  let looks = 0;
  const notices = openNotices(() => {
    looks += 1;
    return isHeld;
  }, 4);
  notices.tell({ kind: "done", text: "paused" });
  await expect.poll(() => looks).toBeGreaterThan(2);
  expect(notices.shown.value).toHaveLength(1);
  isHeld = false;
  await expect.poll(() => notices.shown.value).toEqual([]);
});
