/*
 * What the pages and the server say to one another. Everything is below /api, in JSON. An error is a `Problem` with a
 * status of 400 or more. Whatever changes something is a POST, PATCH, PUT or DELETE with a JSON body, or with a file's
 * bytes; a GET never changes anything.
 */
import type { UIMessage } from 'ai';
import type {
  ConversationSummary,
  Decision,
  Effect,
  FoundConversation,
  LibraryFile,
  ModelChoice,
  PendingCall,
  PromptInfo,
  TokenUsage,
} from '../host/index.ts';

/** Why something was not done, in a sentence for people that says what to do. */
export type Problem = {
  error: {
    /**
     * `signed-out`: sign in again, what was typed is kept. `otp`: a one-time code is wanted. `conflict`: somebody else
     * was faster, or it runs already: look again.
     */
    code: 'signed-out' | 'otp' | 'refused' | 'not-found' | 'conflict' | 'invalid' | 'too-often' | 'failed';
    message: string;
    /** The setting it is about (`ai.compatible.0.baseUrl`), where it is about one. */
    field?: string;
  };
};

/** Who is signed in. */
export type User = {
  id: string;
  name: string;
  email?: string | undefined;
  /** Id of a file of the library: `GET /api/assets/ID?size=avatar`. */
  avatar?: string | undefined;
  /** Has admin access in Directus, and so sees Settings and Usage. */
  admin: boolean;
  /** The role's id and name, where there is one. */
  role?: { id: string; name: string } | undefined;
};

/** `GET /api/session`: also without being signed in. */
export type SessionInfo = {
  user?: User;
  /** The Directus it belongs to; links into Studio begin with `url` + `/admin`. */
  directus: { url: string; name: string };
  version: string;
};

/** `POST /api/session` signs in, `DELETE /api/session` out. */
export type SignIn = { email: string; password: string; otp?: string } | { token: string };

/** `GET /api/models`: what this user may choose. */
export type Models = {
  models: ModelChoice[];
  /** `PROVIDER/ID` a conversation starts with; undefined when no model is set up. */
  standard: string | undefined;
};

/** `GET /api/conversations?search=`, or `?before=ID&updatedAt=` of the last one that is known. */
export type Conversations = { conversations: (ConversationSummary | FoundConversation)[]; more: boolean };

/** What is known of a call beside the AI SDK's own part: `data-call` with the id of the call. */
export type CallView = {
  toolCallId: string;
  server: string;
  tool: string;
  action: string;
  effect: Effect | 'unknown';
  state: 'called' | 'running' | 'done' | 'failed' | 'denied';
  preview?: string | undefined;
  reason?: string | undefined;
  ms?: number | undefined;
  tokens?: number | undefined;
  /** Lines of progress, newest last; only while it runs. */
  progress?: string | undefined;
};

/** What a tool gave back, as a page shows it: `output` of the AI SDK's part. */
export type OutputView = {
  text: string;
  isError: boolean;
  /** Data URLs of images. */
  images: string[];
  /** The text is longer than this. */
  cut: boolean;
};

/** Something beside the answer: a wait, a warning, a summary. */
export type Notice = { kind: 'info' | 'warning'; text: string };

/** How a turn ended; the last `data-end` of an assistant message. */
export type EndView = {
  state: 'done' | 'approval' | 'limit' | 'stopped' | 'failed';
  problem?: string | undefined;
  /** Whether going on (`{ kind: 'resume' }`) may help. */
  retryable?: boolean | undefined;
  usage?: TokenUsage | undefined;
  model?: string | undefined;
  ms?: number | undefined;
};

/** What goes along with a message, as it was put there. Text of it is never sent to a page again. */
export type FileView = {
  /** How people see it. */
  label: string;
  /** An image, sound, video or PDF in the conversation: `GET /api/conversations/ID/attachments/HASH`. */
  hash?: string | undefined;
  mediaType?: string | undefined;
};

export type ChatData = {
  call: CallView;
  notice: Notice;
  end: EndView;
  /** In messages of the person. */
  file: FileView;
};

/**
 * A message as pages show it. Tool calls are `dynamic-tool` parts. Ids: `mN`, N the place of its first message in the
 * history, which stays the same as long as nothing before it is taken back.
 */
export type ChatMessage = UIMessage<{ model?: string | undefined }, ChatData>;

/** How full the model's context is. */
export type ContextView = { tokens: number; window: number; summarised: boolean };

/** `GET /api/conversations/ID`. */
export type ConversationView = {
  id: string;
  title: string | undefined;
  /** `PROVIDER/ID`. */
  model: string | undefined;
  /** While an answer is written, those before it: the answer itself comes from the start in `.../stream`. */
  messages: ChatMessage[];
  /** Calls that wait for a yes. */
  pending: PendingCall[];
  running: boolean;
  usage: TokenUsage;
  context: ContextView;
  /** Sentences about what of it could not be read. */
  warnings: string[];
};

/** Something that goes along with a message. At most `mostExtras` of them. */
export type ExtraInput =
  | { type: 'attachment'; hash: string; filename: string; mediaType: string }
  | { type: 'library'; id: string }
  | { type: 'item'; collection: string; key?: string | number }
  | { type: 'prompt'; server: string; name: string; values: Record<string, string> };

export { mostBytes, mostExtras } from '../host/attachments/limits.ts';

/**
 * `POST /api/conversations/ID/turn`: answered with a `ConversationView` once the turn has begun; what it says comes in
 * `GET /api/conversations/ID/stream`, the AI SDK's UI message stream from the start of the turn (204 when none runs).
 * An answer bears the `shown` of each call as the page had it: where that is another by now, it is a conflict.
 * `instead`: the id of a message of the person which this takes the place of; what came after it is taken back too.
 */
export type TurnInput =
  | { kind: 'send'; text: string; extras: ExtraInput[]; model?: string; instead?: string }
  | { kind: 'answer'; decisions: (Decision & { shown: string })[] }
  | { kind: 'resume' };

/** `POST /api/conversations/ID/attachments?name=`, the bytes as the body. */
export type Uploaded = { hash: string; filename: string; mediaType: string; bytes: number };

/** `GET /api/library?search=`, `GET /api/assets/ID?size=thumb|full|avatar`. */
export type Library = { files: LibraryFile[] };

/** `GET /api/prompts`. */
export type Prompts = { prompts: PromptInfo[] };

/** `GET /api/collections`, and `GET /api/items?collection=&search=`: to choose an item as context. */
export type Collections = { collections: { name: string; singleton: boolean; note?: string }[] };
export type Items = { items: { key: string | number; label: string }[] };

/** `GET /api/conversations/ID/changes`: what the assistant changed in this conversation, the newest last. */
export type Changes = {
  changes: {
    toolCallId: string;
    /** `items.update`. */
    call: string;
    effect: Effect | 'unknown';
    /** The receipt, in words and lines for people. */
    text: string;
    ok: boolean;
  }[];
};

/** `GET /api/events`: server-sent events, each one of these as JSON. */
export type LiveEvent =
  /** A turn of this conversation has begun or ended, here or in another window. */
  | { type: 'conversation'; id: string; running: boolean }
  /** The list of conversations has changed. */
  | { type: 'conversations' }
  /** Settings have changed. */
  | { type: 'settings' };
