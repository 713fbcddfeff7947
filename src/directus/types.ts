/** Shapes of Directus's REST answers, as far as they are used here. Fields that no version lacks are required. */

export type Key = string | number;

export type Collection = {
  collection: string;
  meta: {
    note?: string | null;
    hidden?: boolean;
    singleton?: boolean;
    group?: string | null;
    display_template?: string | null;
    archive_field?: string | null;
    archive_value?: string | null;
    unarchive_value?: string | null;
    sort_field?: string | null;
    versioning?: boolean;
    accountability?: string | null;
    system?: boolean;
  } | null;
  /** `null` for a folder of collections, which holds no items. */
  schema: { name: string } | null;
};

export type Field = {
  collection: string;
  field: string;
  /** Directus's type; `alias` holds no value of its own. */
  type: string;
  schema: {
    /** The database's own word for the type. */
    data_type?: string;
    is_primary_key?: boolean;
    has_auto_increment?: boolean;
    is_nullable?: boolean;
    is_unique?: boolean;
    default_value?: unknown;
    max_length?: number | null;
    numeric_precision?: number | null;
    numeric_scale?: number | null;
    foreign_key_table?: string | null;
  } | null;
  meta: {
    interface?: string | null;
    special?: string[] | null;
    options?: Record<string, unknown> | null;
    note?: string | null;
    required?: boolean;
    readonly?: boolean;
    hidden?: boolean;
    validation?: unknown;
    conditions?: unknown;
    sort?: number | null;
    group?: string | null;
  } | null;
};

export type Relation = {
  /** The many side. */
  collection: string;
  field: string;
  /** The one side; `null` for many-to-any. */
  related_collection: string | null;
  schema: { on_delete?: string | null; on_update?: string | null } | null;
  meta: {
    one_field?: string | null;
    one_collection_field?: string | null;
    one_allowed_collections?: string[] | null;
    junction_field?: string | null;
    sort_field?: string | null;
    one_deselect_action?: 'nullify' | 'delete' | null;
  } | null;
};
