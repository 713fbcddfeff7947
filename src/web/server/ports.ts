import type { ConversationStore } from '../../host/conversations/store.ts';
import type { Ledger } from '../../host/costs/ledger.ts';
import type { ChatOptions, ServerConfig } from '../../host/index.ts';
import type { Settings } from '../../settings/schema.ts';
import type { Collections, Items, SignIn, User } from '../api.ts';
import type { SettingsPort } from './settings/port.ts';
import type { Allowances } from './usage/allowances.ts';

/** Somebody who is signed in, with the Directus token they act with. */
export type Signed = { user: User; token: string };

/** Why somebody could not be signed in, in a sentence for people. */
export class SignInError extends Error {
  override name = 'SignInError';
  /** `wrong`: no such account, password, code or token. `no-access`: an account without App access. */
  readonly reason: 'wrong' | 'otp' | 'no-access' | 'too-often' | 'unreachable';
  constructor(reason: SignInError['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

/** What the pages need of Directus itself; everything else goes through the tools. */
export type DirectusPort = {
  /**
   * Signs in, and says who that is.
   * @returns with `expiresAt`, ISO, where the token does not last
   * @throws SignInError
   */
  signIn(how: SignIn): Promise<Signed & { expiresAt?: string }>;
  /** A token that lasts longer in the place of one that will expire. @throws SignInError when it cannot be had */
  renew(token: string): Promise<{ token: string; expiresAt?: string }>;
  /** Ends the sign-in in Directus; a static token stays as it is. */
  signOut(token: string): Promise<void>;
  /** Who a token belongs to, asked at most every few seconds; undefined for nobody, or without App access. */
  who(token: string): Promise<User | undefined>;
  /** A file of the library with the rights of the token; not more than an image of that size, where it is one. */
  asset(token: string, id: string, size: 'thumb' | 'full' | 'avatar'): Promise<Response>;
  /** Collections this token may read, and items of one of them, to choose from; the newest first. */
  collections(token: string): Promise<Collections['collections']>;
  items(token: string, collection: string, search: string): Promise<Items['items']>;
  /** Name of the project, and its public address for links into Studio. */
  about(): Promise<{ name: string; url: string }>;
};

/** What a user's conversations are kept in, and what counts what they use. */
export type Keeping = Pick<ChatOptions, 'meter' | 'uploads' | 'approvalSecret'> & {
  conversations: ConversationStore;
};

/** What the pages are put together from. */
export type Ports = {
  /** The key of the installation: seals cookies. */
  key: Buffer;
  /** The settings in force now. */
  settings: () => Settings;
  directus: DirectusPort;
  /** For admins: what they set. */
  admin: SettingsPort;
  /** The MCP servers that the chat of a user reaches its tools by, ours first. @param token the one they act with now */
  serversFor: (token: () => string) => Promise<ServerConfig[]>;
  /** @param user as they are now: their role may change @param token the one they act with now */
  keepingFor: (user: () => User, token: () => string) => Keeping;
  /** What was used, by everybody. */
  ledger: Ledger;
  /** Who may do what. */
  allowances: Allowances;
  /** Told of what went wrong inside, in a sentence without secrets. */
  warn: (sentence: string) => void;
  /** Calls back after settings have changed; returns how to stop that. */
  onSettings: (listener: () => void) => () => void;
};
