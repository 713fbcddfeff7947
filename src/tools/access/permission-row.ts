type Filter = Record<string, unknown>;

/** A permission as an administrator reads it; those that come with access to Studio belong to no policy. */
export type PermissionRow = {
  id?: number;
  policy: string | null;
  collection: string;
  action: string;
  fields: string[] | null;
  permissions: Filter | null;
  validation: Filter | null;
  presets: Filter | null;
  system?: boolean;
};

/** Whether a rule leaves everything as it is. */
export function isEmpty(rule: Filter | null | undefined): boolean {
  return !rule || Object.keys(rule).length === 0;
}
