import { expect, test } from "vitest";
import { HubFailure } from "../state/hub.ts";
import { failureText } from "./failure.ts";

test("that somebody may not do something is said with the role it needs, in Chinese without a word of English", () => {
  const failure = new HubFailure(403, "forbidden", "permission denied: `ann` has the role `viewer`", {
    needs: "admin",
  });
  expect(failureText(failure, "en")).toContain("`ann` has the role `viewer`");
  expect(failureText(failure, "zh")).toBe("您没有权限执行此操作。所需角色：管理员。");
});
