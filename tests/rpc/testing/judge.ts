import type { Handler } from "@switchyard/tasks/handler";

interface Question {
  readonly user: string;
  readonly channel: string;
}

/** Decides about subscriptions as an endpoint would: whose name the channel ends with may come in, nobody else. */
const judge: Handler<Question> = ({ user, channel }) => {
  if (channel.endsWith("loop")) throw new Error("it cannot say");
  if (channel.endsWith(user)) return { result: { info: { judgedAs: user } } };
  return { error: { code: 1_403, message: `not for ${user}` } };
};

export default judge;
