import type { Handler } from "@switchyard/tasks/handler";

interface Question {
  readonly method: string;
  readonly user: string;
  readonly data: unknown;
}

/** In the place of an endpoint: it is given a question about an rpc, and answers as one. */
const answerQuestion: Handler<Question> = ({ method, user, data }) => ({
  result: { data: { judged: data, method, user } },
});

export default answerQuestion;
