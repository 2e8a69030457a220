/** An answer is longer than the caller keeps. The service has done its work; asking again would repeat it. */
export class ReplyTooLarge extends Error {
  override readonly name = "ReplyTooLarge";
}
