import Type from "typebox";

/** A task that was taken, as `/v1` answers it. */
export const AcceptedTask = Type.Object(
  {
    id: Type.String({ description: "`t_` and 21 characters." }),
    channel: Type.String({ description: "Subscribe to it to see every change of the record." }),
    token: Type.Optional(
      Type.String({
        description: "Subscription token for the channel, valid for a day. Absent when no secret is set.",
      }),
    ),
  },
  {
    title: "AcceptedTask",
    examples: [
      { id: "t_irrK3QyEOpEivnJLCDJF7", channel: "task:t_irrK3QyEOpEivnJLCDJF7", token: "eyJhbGciOiJIUzI1NiJ9.e30.x" },
    ],
  },
);
