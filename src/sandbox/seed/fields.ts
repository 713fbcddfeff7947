/** Fields and relations as Directus's REST API takes them. */
export type Field = {
  field: string;
  type: string;
  schema?: Record<string, unknown> | null;
  meta?: Record<string, unknown>;
};

export type Collection = {
  collection: string;
  meta: Record<string, unknown>;
  schema: Record<string, never>;
  fields: Field[];
};

export type Relation = {
  collection: string;
  field: string;
  related_collection: string | null;
  schema?: { on_delete: 'CASCADE' | 'SET NULL' } | null;
  meta?: Record<string, unknown>;
};

type Meta = Record<string, unknown>;

export const id = (): Field => ({
  field: 'id',
  type: 'integer',
  schema: { is_primary_key: true, has_auto_increment: true },
  meta: { interface: 'input', readonly: true, hidden: true },
});

export const uuid = (): Field => ({
  field: 'id',
  type: 'uuid',
  schema: { is_primary_key: true },
  meta: { interface: 'input', special: ['uuid'], readonly: true, hidden: true },
});

export const text = (field: string, meta: Meta = {}, schema: Record<string, unknown> = {}): Field => ({
  field,
  type: 'string',
  schema,
  meta: { interface: 'input', width: 'full', ...meta },
});

export const long = (field: string, meta: Meta = {}): Field => ({
  field,
  type: 'text',
  schema: {},
  meta: { interface: 'input-multiline', ...meta },
});

export const html = (field: string, meta: Meta = {}): Field => ({
  field,
  type: 'text',
  schema: {},
  meta: {
    interface: 'input-rich-text-html',
    options: {
      toolbar: ['bold', 'italic', 'h2', 'h3', 'numlist', 'bullist', 'blockquote', 'customLink', 'code'],
    },
    ...meta,
  },
});

export const json = (field: string, meta: Meta): Field => ({
  field,
  type: 'json',
  schema: {},
  meta: { special: ['cast-json'], ...meta },
});

export const integer = (field: string, meta: Meta = {}): Field => ({
  field,
  type: 'integer',
  schema: {},
  meta: { interface: 'input', width: 'half', ...meta },
});

export const sort = (): Field => integer('sort', { hidden: true });

export const boolean = (field: string, label: string): Field => ({
  field,
  type: 'boolean',
  schema: { default_value: false },
  meta: { interface: 'boolean', special: ['cast-boolean'], width: 'half', options: { label } },
});

export const dateTime = (field: string, meta: Meta = {}): Field => ({
  field,
  type: 'timestamp',
  schema: {},
  meta: {
    interface: 'datetime',
    display: 'datetime',
    display_options: { relative: true },
    width: 'half',
    ...meta,
  },
});

/** Who made and changed a row, and when, kept by Directus itself. */
export const bookkeeping = (): Field[] => [
  stamp('user_created', 'uuid', 'user-created'),
  stamp('date_created', 'timestamp', 'date-created'),
  stamp('user_updated', 'uuid', 'user-updated'),
  stamp('date_updated', 'timestamp', 'date-updated'),
];

const stamp = (field: string, type: string, special: string): Field => ({
  field,
  type,
  schema: {},
  meta: {
    special: [special],
    interface: type === 'uuid' ? 'select-dropdown-m2o' : 'datetime',
    display: type === 'uuid' ? 'user' : 'datetime',
    readonly: true,
    hidden: true,
    width: 'half',
  },
});

export type Choice = { text: string; value: string; color?: string };

export const choice = (field: string, choices: Choice[], initial: string, meta: Meta = {}): Field => ({
  field,
  type: 'string',
  schema: { default_value: initial, is_nullable: false },
  meta: {
    interface: 'select-dropdown',
    options: { choices },
    display: 'labels',
    display_options: {
      choices: choices.map((one) => ({ ...one, foreground: one.color, background: `${one.color}22` })),
    },
    width: 'half',
    ...meta,
  },
});

export const STATUSES: Choice[] = [
  { text: 'Draft', value: 'draft', color: '#A2B5CD' },
  { text: 'Published', value: 'published', color: '#2ECDA7' },
  { text: 'Archived', value: 'archived', color: '#FFA439' },
];

/** A foreign key to an integer, uuid or string primary key. */
export const manyToOne = (field: string, template: string, meta: Meta = {}, type = 'integer'): Field => ({
  field,
  type,
  schema: {},
  meta: {
    interface: 'select-dropdown-m2o',
    special: ['m2o'],
    options: { template },
    display: 'related-values',
    display_options: { template },
    width: 'half',
    ...meta,
  },
});

export const image = (field: string, meta: Meta = {}): Field => ({
  field,
  type: 'uuid',
  schema: {},
  meta: { interface: 'file-image', special: ['file'], display: 'image', ...meta },
});

/** The side of a relation that has no column of its own. */
export const alias = (field: string, special: 'o2m' | 'm2m' | 'm2a' | 'translations', meta: Meta): Field => ({
  field,
  type: 'alias',
  schema: null,
  meta: { special: [special], ...meta },
});

/** A plain foreign key column of a junction. */
export const key = (field: string, type = 'integer'): Field => ({
  field,
  type,
  schema: {},
  meta: { hidden: true },
});

export const required: Meta = { required: true };

/** What makes `status` the field that archives a row. */
export const archive = {
  archive_field: 'status',
  archive_value: 'archived',
  unarchive_value: 'draft',
  archive_app_filter: true,
};

/** A collection whose fields are shown in the order they are written in. */
export const collection = (name: string, meta: Meta, fields: Field[]): Collection => ({
  collection: name,
  meta,
  schema: {},
  fields: fields.map((field, index) => ({ ...field, meta: { ...field.meta, sort: index + 1 } })),
});
