import { ToolError } from '../directus/errors.ts';
import type { Settings } from '../settings/schema.ts';
import type { Effect } from './select.ts';

/** As much of a plan as decides what it needs. */
export type Planned = {
  what: string;
  rows: number;
  deletes?: string[] | undefined;
  also?: Effect[] | undefined;
  risks?: string[] | undefined;
};

/**
 * Decides what a planned change needs before it is made.
 * @param effect of the action; a plan that deletes is a delete as well
 * @returns why it must be confirmed, each a phrase; empty when it may be made at once
 * @throws ToolError when it is blocked
 */
export function reasonsToConfirm(planned: Planned, effect: Effect, settings: Settings): string[] {
  const { what, rows, deletes = [], also = [], risks = [] } = planned;
  const effects = new Set<Effect>([effect, ...also]);
  if (deletes.length > 0) effects.add('delete');
  if (effects.has('delete') && !settings.allowDeletes) {
    throw new ToolError(
      'DELETES_OFF',
      `This would delete ${deletes.join('; ') || what}, and deletes are switched off. Nothing was changed.`,
      'Do it without deleting, or have an administrator set allowDeletes.',
    );
  }
  const reasons: string[] = [];
  for (const one of effects) {
    const policy = one === 'read' ? 'allow' : settings.policy[one];
    if (policy === 'block') {
      throw new ToolError(
        'BLOCKED',
        `This would ${what}, which is blocked (policy.${one}). Nothing was changed.`,
        'Only an administrator can change this, in the settings of directus-assistant.',
      );
    }
    if (policy === 'confirm') reasons.push(REASONS[one]);
  }
  if (rows > settings.limits.changeRows)
    reasons.push(`more than ${settings.limits.changeRows} rows (limits.changeRows)`);
  return [...reasons, ...risks];
}

const REASONS: Record<Effect, string> = {
  read: 'reads',
  write: 'it changes content',
  delete: 'it deletes',
  schema: 'it changes the data model',
  automation: 'it changes or runs flows',
  access: 'it changes who may do what',
};
