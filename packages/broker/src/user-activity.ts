/**
 * When users were last active, as an app says it: something was clicked or typed. Whether they are online is another question
 * (connection-index.ts). In whole seconds since 1970, kept for 30 days.
 */
export interface UserActivity {
  /** Now, for each of them. @throws HubError 100 (temporary) when Redis does not answer, as do all of these */
  touch(users: readonly string[]): Promise<void>;
  /** In the order of `users`; undefined where nothing is known. */
  read(users: readonly string[]): Promise<readonly (number | undefined)[]>;
  forget(users: readonly string[]): Promise<void>;
  close(): Promise<void>;
}
