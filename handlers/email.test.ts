import { createServer, type AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";
import { afterAll, beforeAll, expect, test } from "vitest";
import email from "./email.ts";
import { startContacts, type ContactsService } from "./testing/contacts-service.ts";
import { escalationOf, contextOf } from "./testing/escalation-of.ts";

/** Takes mail and keeps it. */
const mails: { readonly to: readonly string[]; readonly text: string }[] = [];
const catcher = new SMTPServer({
  authOptional: true,
  disabledCommands: ["STARTTLS"],
  onData(stream, session, done) {
    const chunks: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("end", () => {
      const to = session.envelope.rcptTo.map(({ address }) => address);
      mails.push({ to, text: Buffer.concat(chunks).toString() });
      done();
    });
  },
});
let contacts: ContactsService;

beforeAll(async () => {
  contacts = await startContacts({ ann: { email: "ann@example.com" } });
  await new Promise<void>((resolve) => void catcher.listen(0, "127.0.0.1", resolve));
  const { port } = catcher.server.address() as AddressInfo;
  Object.assign(process.env, {
    SMTP_URL: `smtp://127.0.0.1:${port}`,
    MAIL_FROM: "Shop <shop@example.com>",
    APP_URL: "https://shop.example",
    CONTACTS_URL: contacts.url,
  });
});
afterAll(async () => {
  await contacts.close();
  await new Promise<void>((resolve) => catcher.close(resolve));
});

test("an item nobody has looked at becomes a mail, with the task's own Message-ID", async () => {
  const data = escalationOf("ann", {
    title: "Order 1042 was paid 📦",
    body: "Pack it <b>now</b>.",
    url: "/orders/1042",
  });
  expect(await email(data, contextOf("t_1"))).toEqual({ messageId: "<t_1@switchyard>" });
  const [mail] = mails;
  expect(mail?.to).toEqual(["ann@example.com"]);
  expect(mail?.text).toContain("Message-ID: <t_1@switchyard>");
  expect(mail?.text).toContain("Subject: =?UTF-8?");
  expect(mail?.text).toContain("Content-Type: text/plain");
  expect(mail?.text).toContain("Pack it <b>now</b>.");
  expect(mail?.text).toContain("https://shop.example/orders/1042");
  expect(mail?.text).toContain("You have 3 unread notifications.");
});

test("a title with a line break adds no header", async () => {
  await email(escalationOf("ann", { title: "hello\r\nBcc: eve@example.com" }), contextOf("t_2"));
  expect(mails.at(-1)?.to).toEqual(["ann@example.com"]);
  expect(mails.at(-1)?.text).not.toMatch(/^Bcc:/m);
});

test("a user without an address is no failure", async () => {
  expect(await email(escalationOf("nobody", { title: "t" }), contextOf("t_3"))).toMatchObject({
    skipped: expect.any(String),
  });
});

test("a server that takes no mail fails the attempt, and one that says nothing is left when the task must stop", async () => {
  const before = process.env["SMTP_URL"];
  const silent = createServer();
  await new Promise<void>((resolve) => void silent.listen(0, "127.0.0.1", resolve));
  const { port } = silent.address() as AddressInfo;
  try {
    process.env["SMTP_URL"] = "smtp://127.0.0.1:1";
    await expect(email(escalationOf("ann", { title: "t" }), contextOf("t_4"))).rejects.toThrow("ECONNREFUSED");
    process.env["SMTP_URL"] = `smtp://127.0.0.1:${port}`;
    const context = contextOf("t_5", AbortSignal.timeout(200));
    await expect(email(escalationOf("ann", { title: "t" }), context)).rejects.toThrow("timeout");
  } finally {
    process.env["SMTP_URL"] = before;
    silent.close();
  }
});
