/*
 * The secrets that tests plant: every key, token, password and header of a test that must never come out stands in
 * this list, and all of them have one mark in them by which they are found wherever they turn up. The halves of the
 * mark meet only here and at run time, so that a line of source in a report is no find.
 *
 * What a command must print (the token in a block of configuration that a person asked for) is not planted.
 */

/** What all planted secrets have in common. The tests that leak on purpose have another one than those that run them. */
export const MARK = process.env.PLANTED_MARK ?? ['planted', 'secret'].join('-');

const secret = (name: string) => `sk-${MARK}-${name}-0123456789`;

export const planted = {
  /** Key of a model provider. */
  key: secret('key'),
  /** Key of a second provider. */
  otherKey: secret('other-key'),
  /** Keys in the environment, of providers and of others. */
  environmentKey: secret('environment-key'),
  /** Token of a user of Directus. */
  token: secret('token'),
  password: secret('password'),
  /** Value of a header that a provider is sent. */
  header: secret('header'),
  /** In the query of an address. */
  query: secret('query'),
  cookie: secret('cookie'),
  /** In the path of an address. */
  path: secret('path'),
  /** In the body of a request. */
  body: secret('body'),
  /** `http.sharedKey`. */
  sharedKey: secret('shared-key'),
  /** Secret of the installation, by which the others are sealed. */
  installationKey: secret('installation-key'),
  /** What an mcp.json gives a server that is not ours. */
  foreignKey: secret('foreign-key'),
} as const;
