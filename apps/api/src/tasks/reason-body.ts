import Type from "typebox";

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
