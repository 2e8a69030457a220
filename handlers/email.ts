import type { EscalationData } from "@switchyard/notifications/notify";
import type { Handler } from "@switchyard/tasks/handler";
import { createTransport } from "nodemailer";
import { contactsOf } from "./contacts.ts";

/**
 * Sends a notification that nobody has looked at as an e-mail: a handler for `escalate`.
 *
 * SMTP_URL is where (`smtps://user:password@mail.example`), MAIL_FROM from whom, APP_URL what stands before an item's path. A task
 * may run twice, when a worker dies right after sending; the Message-ID is the task's, and most mail programs show one of the two.
 */
const email: Handler<EscalationData, object> = async ({ user, item, counts }, { taskId, signal }) => {
  const { SMTP_URL: smtp, MAIL_FROM: from, APP_URL: app = "" } = process.env;
  if (smtp === undefined || from === undefined) throw new Error("SMTP_URL and MAIL_FROM must be set");
  const { email: to } = await contactsOf(user, signal);
  if (to === undefined) return { skipped: "the user has no e-mail address" };
  const { title, body, url } = item as { readonly title: string; readonly body?: string; readonly url?: string };
  const place = url === undefined ? undefined : new URL(url, app === "" ? undefined : app).href;
  const unread = counts.unread > 1 ? `You have ${counts.unread} unread notifications.` : undefined;
  const mail = createTransport({
    url: smtp,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 30_000,
  });
  const sending = mail.sendMail({
    from,
    to,
    subject: title,
    // Text alone: what a back end has written cannot become markup.
    text: [body, place, unread].filter((part) => part !== undefined).join("\n\n") || title,
    messageId: `<${taskId}@switchyard>`,
    headers: { "auto-submitted": "auto-generated" },
  });
  const { messageId } = await Promise.race([sending, whenAborted(signal)]);
  return { messageId };
};

/** The library knows no signal: a conversation that is left ends by its time limits. */
async function whenAborted(signal: AbortSignal): Promise<never> {
  signal.throwIfAborted();
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
}

export default email;
