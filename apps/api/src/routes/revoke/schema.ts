import Type from "typebox";
import { UnixTime } from "../../connections/unix-time.ts";

const subject = (description: string) => Type.Optional(Type.String({ minLength: 1, maxLength: 255, description }));

export const subjects = {
  user: subject("Everything issued to this user so far; what is issued from now on is good."),
  token_id: subject("One token, by its `jti`."),
  client: subject("One connection, by its client id."),
};

export const revokeSpec = {
  method: "revoke",
  effect: "settles" as const,
  summary: "Shut out a user, a token or a connection",
  description:
    "Ends the connections it concerns and refuses their tokens, on every gateway within 2 s. Exactly one of the three is named. Ours, not Centrifugo's.",
  body: Type.Object(
    {
      ...subjects,
      until: Type.Optional(
        UnixTime(
          "Until when it holds; default in 24 hours. Make it the time the longest-lived token concerned expires: after it that token would be good again.",
          1,
        ),
      ),
    },
    {
      additionalProperties: false,
      examples: [{ user: "mallory" }, { token_id: "3f1c9a", until: 4_102_444_800 }],
    },
  ),
  result: Type.Object(
    {
      until: Type.Integer({ description: "Unix time in seconds until which it holds." }),
      until_iso: Type.String({ format: "date-time", description: "The same as ISO 8601, UTC." }),
    },
    { title: "RevokeResult" },
  ),
  results: [{ until: 4_102_444_800, until_iso: "2100-01-01T00:00:00.000Z" }],
};
