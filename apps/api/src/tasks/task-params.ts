import Type from "typebox";

/** `:id` of `/v1/tasks/:id…`. */
export const TaskParams = Type.Object({ id: Type.String({ description: "As `POST /v1/tasks` returned it." }) });
