/** The rate limits of wrangler.toml: requests per key and minute. */
export const LIMITS = {
  CREATE_LIMIT: 600,
  USER_CODE_LIMIT: 30,
  APPROVE_LIMIT: 300,
  ACCOUNT_LIMIT: 60,
  SESSION_LIMIT: 1800,
  TOKEN_LIMIT: 1200,
  CLIENT_LIMIT: 12_000,
  CLIENT_FAILURE_LIMIT: 30,
};
