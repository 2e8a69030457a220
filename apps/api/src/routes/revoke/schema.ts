import Type from "typebox";

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
        Type.Integer({
          minimum: 1,
          maximum: 8_640_000_000_000,
          description:
            "Unix time in seconds until which it holds; default in 24 hours. Make it the time the longest-lived token concerned expires: after it that token would be good again.",
        }),
      ),
    },
    {
      additionalProperties: false,
      examples: [{ user: "mallory" }, { token_id: "3f1c9a", until: 4_102_444_800 }],
    },
  ),
  result: Type.Object({
    until: Type.Integer({ description: "Unix time in seconds until which it holds." }),
  }),
};
