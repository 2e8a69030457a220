/**
 * What there is of a route for somebody who sees some groups only. What is hidden from them is answered as what is not there, whether it is
 * there or not, and no number counts it.
 */
export type Sight =
  /** It is not there. */
  | "nothing"
  /** All: it tells of nothing but the one who asks. */
  | "own"
  /** `:id` is a group, a task, or a schedule, which is of the group of its tasks; `:bulk` an act on the tasks of a filter. */
  | "group"
  | "task"
  | "schedule"
  | "bulkAct"
  /** The filter in the body names a group that they see. */
  | "filter"
  /** What is hidden is left out of the list, and its numbers with it. */
  | "groups"
  | "tasks"
  | "schedules"
  | "bulkActs"
  | "audit"
  | "overview";
