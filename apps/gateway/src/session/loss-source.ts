/**
 * What showed that a subscription had missed something: a jump in offsets or another epoch on the next publication, the
 * check after a lost connection, the check of a quiet channel, or a history that went on without what the client had.
 */
export type LossSource = "gap" | "epoch" | "reconnect_check" | "quiet_check" | "fork";
