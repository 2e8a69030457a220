/** Signs the tokens of the bench's users. */
export const tokenSecret = "bench-token-secret-of-32-characters-or-more";
