/*
 * What `directus-assistant store create` makes in Directus. Times are numbers and long texts come in pieces, because
 * databases differ: MySQL rounds times to seconds and ends a text at 64 KB.
 */

export const CONVERSATIONS = 'assistant_conversations';
export const ENTRIES = 'assistant_entries';
export const ATTACHMENTS = 'assistant_attachments';
export const USAGE = 'assistant_usage';
export const SETTINGS = 'assistant_settings';

export type FieldPlan = {
  field: string;
  type: string;
  schema: Record<string, unknown> | null;
  meta: Record<string, unknown>;
};

export type CollectionPlan = { collection: string; note: string; fields: FieldPlan[] };

type Column = Record<string, unknown>;

const field = (name: string, type: string, schema: Column = {}, meta: Column = {}): FieldPlan => ({
  field: name,
  type,
  schema,
  meta: { readonly: true, ...meta },
});
const word = (name: string, schema: Column = {}) => field(name, 'string', { max_length: 255, ...schema });
const long = (name: string) => field(name, 'text');
const count = (name: string) => field(name, 'integer', { default_value: 0 });
/** Milliseconds since 1970. */
const time = (name: string, schema: Column = {}) => field(name, 'bigInteger', schema);
const key = (length: number) => word('id', { max_length: length, is_primary_key: true, is_nullable: false });
/** A person without a relation: they leave with the conversation that the row belongs to. */
const person = field('user', 'uuid', { is_indexed: true });
/** A reference to a conversation; of the length of its key. */
const conversation = word('conversation', { max_length: 36, is_indexed: true });

export const collections: CollectionPlan[] = [
  {
    collection: CONVERSATIONS,
    note: 'Conversations with the assistant.',
    fields: [
      key(36),
      person,
      long('title'),
      long('words'),
      word('model'),
      time('created'),
      time('updated', { is_indexed: true }),
      count('messages'),
      long('usage'),
      field('entries', 'alias', {}, { special: ['o2m'], interface: 'list-o2m' }),
    ],
  },
  {
    collection: ENTRIES,
    note: 'What happened in conversations with the assistant, in its order.',
    fields: [
      key(64),
      conversation,
      person,
      count('n'),
      word('writer', { max_length: 36 }),
      count('part'),
      count('parts'),
      long('entry'),
    ],
  },
  {
    collection: ATTACHMENTS,
    note: 'Files of conversations with the assistant, in pieces of base64.',
    fields: [
      key(128),
      conversation,
      person,
      word('hash', { max_length: 64 }),
      count('part'),
      count('parts'),
      long('content'),
    ],
  },
  {
    collection: USAGE,
    note: 'What the assistant used: requests to models, and calls of tools.',
    fields: [
      field('id', 'integer', { is_primary_key: true, has_auto_increment: true }),
      time('at', { is_indexed: true }),
      word('kind', { max_length: 16 }),
      long('record'),
    ],
  },
  {
    collection: SETTINGS,
    note: 'Settings of the assistant, the newest last; secrets are sealed.',
    fields: [
      field('id', 'integer', { is_primary_key: true, is_nullable: false }),
      time('saved'),
      long('content'),
    ],
  },
];

export type RelationPlan = {
  collection: string;
  field: string;
  related_collection: string;
  one_field: string | null;
};

/** The database removes what belongs to what is removed. */
export const relations: RelationPlan[] = [
  { collection: CONVERSATIONS, field: 'user', related_collection: 'directus_users', one_field: null },
  { collection: ENTRIES, field: 'conversation', related_collection: CONVERSATIONS, one_field: 'entries' },
  { collection: ATTACHMENTS, field: 'conversation', related_collection: CONVERSATIONS, one_field: null },
];

export type PermissionPlan = {
  collection: string;
  action: 'create' | 'read' | 'update' | 'delete';
  fields: string[];
  permissions: object | null;
  validation: object | null;
  presets: object | null;
};

/** A policy has a fixed id, so that it is known again when an admin has renamed it. */
export type PolicyPlan = { id: string; name: string; description: string; permissions: PermissionPlan[] };

const mine = { user: { _eq: '$CURRENT_USER' } };
const me = { user: '$CURRENT_USER' };

const namesOf = (collection: string): string[] =>
  collections.find((one) => one.collection === collection)?.fields.map((one) => one.field) ?? [];

const createMine = (collection: string): PermissionPlan => ({
  collection,
  action: 'create',
  fields: namesOf(collection),
  permissions: {},
  validation: mine,
  presets: me,
});
const onMine = (
  collection: string,
  action: 'read' | 'update' | 'delete',
  fields: string[] = ['*'],
): PermissionPlan => ({ collection, action, fields, permissions: mine, validation: null, presets: null });

/** For people: their own conversations, and nobody else's. */
export const ownPolicy: PolicyPlan = {
  id: '6f1d2c1e-3a57-4c0e-9a55-0d1f3b7e8a01',
  name: 'Assistant: own conversations',
  description: 'Lets people keep conversations with the assistant, and read only their own.',
  permissions: [
    createMine(CONVERSATIONS),
    onMine(CONVERSATIONS, 'read'),
    onMine(
      CONVERSATIONS,
      'update',
      namesOf(CONVERSATIONS).filter((name) => !['id', 'user', 'created'].includes(name)),
    ),
    onMine(CONVERSATIONS, 'delete'),
    createMine(ENTRIES),
    onMine(ENTRIES, 'read'),
    createMine(ATTACHMENTS),
    onMine(ATTACHMENTS, 'read'),
  ],
};

const anyOf = (collection: string, action: PermissionPlan['action']): PermissionPlan => ({
  collection,
  action,
  fields: ['*'],
  permissions: {},
  validation: null,
  presets: null,
});

/** For the account of the server itself, where that is no admin. */
export const serverPolicy: PolicyPlan = {
  id: '6f1d2c1e-3a57-4c0e-9a55-0d1f3b7e8a02',
  name: 'Assistant: server',
  description: 'Lets the server of the assistant keep its settings, its usage and conversations.',
  permissions: [
    ...(['create', 'read', 'update', 'delete'] as const).map((action) => anyOf(CONVERSATIONS, action)),
    ...[ENTRIES, ATTACHMENTS, USAGE, SETTINGS].flatMap((collection) => [
      anyOf(collection, 'create'),
      anyOf(collection, 'read'),
    ]),
  ],
};

export const policies = [ownPolicy, serverPolicy];
