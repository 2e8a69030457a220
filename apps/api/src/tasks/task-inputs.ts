import Type from "typebox";

/** `:id` of `/v1/tasks/:id…`. */
export const TaskParams = Type.Object({ id: Type.String({ description: "As `POST /v1/tasks` returned it." }) });

/** A body that may be left out. */
export const ReasonBody = Type.Unsafe<{ readonly reason?: string } | null>({
  title: "Reason",
  type: ["object", "null"],
  properties: {
    reason: Type.String({ minLength: 1, maxLength: 500, description: "Why, for people." }),
  },
  additionalProperties: false,
  examples: [{ reason: "no longer wanted" }],
});
