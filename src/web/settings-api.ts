/*
 * What the settings page and the server say to one another, below /api/settings, for admins only. Types alone: the page
 * has no schema.
 */
import type { CheckResult, Effect } from '../host/index.ts';

/** A secret that is set: it is shown as `hint` (`••••abcd`), and sent back as it came it stays what it is. */
export type Masked = { set: true; hint: string };

/** One setting as it counts now. */
export type SettingView = {
  /** Secrets in it are `Masked`; null where it is not set. */
  value: unknown;
  /** What it is when nothing sets it; null for nothing. */
  standard: unknown;
  /** What it means, a sentence. */
  description: string;
  /** `default`, `file`, or the variables and flags that set it. */
  from: string;
  /** The variable or flag that sets it, where that cannot be changed here. */
  fixed?: string;
  /** How a form asks for it; `other` has a form of its own. */
  kind: 'switch' | 'number' | 'text' | 'choice' | 'names' | 'other';
  choices?: string[];
  minimum?: number;
  maximum?: number;
};

/** `GET /api/settings`, and the answer to a change. */
export type SettingsView = {
  /** Where the settings file is, on the server. */
  file: string;
  /** Stands for what the file holds. A change to what has changed since is a `conflict`. */
  revision: string;
  /** What is wrong with the settings; with any, the tools only read. */
  problems: string[];
  /** By path: `ai.openai.models`. */
  settings: Record<string, SettingView>;
  /** What the chat is told where `ai.systemPrompt` is blank. */
  standardPrompt: string;
  /** Endpoints whose fields are known. */
  presets: { name: string; label: string; baseUrl: string; keyUrl?: string; hint?: string }[];
};

/** `PATCH /api/settings`: all of them or none. A `value` of null takes a setting out, so that its default counts. */
export type SettingsChange = { revision: string; changes: { path: string[]; value: unknown }[] };

/** A model as it stands in the settings: an id, or what is said of it. */
export type ModelEntry =
  | string
  | {
      id: string;
      name?: string;
      contextWindow?: number;
      maxOutput?: number;
      attachments?: boolean;
      reasoning?: boolean;
      providerOptions?: Record<string, unknown>;
      price?: { input: number; output: number; cachedInput?: number; cacheWrite?: number };
      parallelCalls?: boolean;
      reasoningTags?: string[];
      startsWithReasoning?: boolean;
    };

/** An OpenAI-compatible provider in a form: one entry of `ai.compatible`. */
export type ProviderEntry = {
  /** The name it is saved under; undefined for a new one. What is `Masked` is taken from there. */
  was?: string;
  name: string;
  baseUrl: string;
  apiKey?: string | Masked;
  headers?: Record<string, string | Masked>;
  models: ModelEntry[];
};

/**
 * `POST /api/settings/test` and `/models`: a provider as it is saved, or as it stands in the form. A masked key in a
 * form is taken from the settings as long as the base URL is the same: a key is sent nowhere else.
 */
export type ProviderQuestion =
  | { provider: string }
  | { provider: 'openai' | 'anthropic' | 'google'; form: { apiKey?: string | Masked; models: ModelEntry[] } }
  | { provider: string; form: ProviderEntry };

/** What `POST /api/settings/test` streams, each as one server-sent event; `end` is the last. */
export type TestEvent = { type: 'result'; result: CheckResult } | { type: 'end'; ok: boolean };

/** The answer of `/models`: what there is to choose from. */
export type OfferedModels = {
  models: { id: string; name?: string; contextWindow?: number }[];
  /** Why the endpoint was of no help, and what the list is then. */
  note?: string;
};

/** Who has use of an action: every account, those whom Directus grants it, or admins alone. */
export type Who = 'everybody' | 'permitted' | 'admins';

export type ActionView = {
  /** `read`; empty for a tool that does one thing. */
  action: string;
  /** What it is called in `tools.exclude`: `items.read`, or `schema`. */
  name: string;
  does: string;
  effect: Effect;
  who: Who;
  /** Of the setting `policy.EFFECT`; undefined for reads. */
  policy?: 'allow' | 'confirm' | 'block';
  on: boolean;
  /** Why it is off, a sentence. */
  why?: string;
  /** Whether it stands in `exclude`, alone or with its tool. */
  excluded: boolean;
  /** The variable or flag that switches it off for good. */
  fixed?: string;
  /** By what the definitions grow with it, in tokens. */
  tokens: number;
};

export type ToolView = {
  tool: string;
  title: string;
  toolset: string;
  /** Of its definition with the actions that are on; 0 with none. */
  tokens: number;
  actions: ActionView[];
};

/**
 * `GET /api/settings/tools`, and `POST` of it with a `ToolsDraft`: the same as it would be with other switches, which
 * saves nothing.
 */
export type ToolsView = {
  /** `tools.exclude` of the file, or of the draft: what to save. */
  exclude: string[];
  tools: ToolView[];
  /** Tokens (o200k) of all definitions that an admin gets. */
  totals: { listed: number; default: number; registry: number; readOnly: number };
  /** What Directus's own MCP server costs with everything switched on. */
  directusTokens: number;
};

/** Switches that are not saved yet, and one more that is moved; also other settings that decide about tools. */
export type ToolsDraft = { exclude: string[]; move?: { name: string; on: boolean } };

/** `GET /api/settings/prompts?collection=NAME`; `POST` with a `collection` makes one, and answers the same. */
export type PromptsView = {
  collection: string;
  exists: boolean;
  /** The field that each setting names, and whether the collection has it. */
  fields: { setting: string; field: string; state: 'fits' | 'missing' | 'misfits'; detail?: string }[];
  /** Collections there are, to choose from. */
  collections: string[];
};

/** How one client is told to connect, ready to paste. */
export type ClientBlock = {
  id: string;
  client: string;
  where: string;
  language: 'json' | 'sh' | 'text';
  block: string;
};

/** `GET /api/settings/clients?windows=true`. */
export type ClientsView = {
  /** The address of MCP on this server. */
  url: string;
  http: ClientBlock[];
  stdio: ClientBlock[];
};
