import { notificationIdOf } from "@switchyard/inbox/notification-id";
import { parseNotification } from "@switchyard/inbox/parse-notification";
import { expect, test } from "vitest";

const { isPlace } = (await import(new URL("../../bell/element.js", import.meta.url).href)) as {
  isPlace: (url: unknown) => boolean;
};

function isTakenByHub(url: string): boolean {
  try {
    parseNotification(notificationIdOf("k"), { title: "t", url }, { dataMaxBytes: 100 });
    return true;
  } catch {
    return false;
  }
}

test.each([
  ["/orders/1", true],
  ["/", true],
  ["/a?b=//c#d", true],
  ["https://shop.test/o", true],
  ["HTTP://shop.test", true],
  ["//evil.test", false],
  ["/\\evil.test", false],
  ["/\t/evil.test", false],
  [" /orders", false],
  ["orders", false],
  ["", false],
  ["javascript:alert(1)", false],
  ["JaVaScRiPt:alert(1)", false],
  ["java\nscript:alert(1)", false],
  ["data:text/html,x", false],
  ["https://", false],
  ["https:/evil.test", false],
  ["file:///etc/passwd", false],
])("the bell and the hub agree whether %j is a place to go: %s", (url, isOne) => {
  expect({ bell: isPlace(url), hub: isTakenByHub(url) }).toEqual({ bell: isOne, hub: isOne });
});

test.each([undefined, null, 1, {}, ["/a"]])("%j is no place", (url) => {
  expect(isPlace(url)).toBe(false);
});
