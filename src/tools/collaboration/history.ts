import * as z from 'zod';
import { ToolError } from '../../directus/errors.ts';
import type { Rights } from '../../directus/rights.ts';
import { defineTool } from '../define.ts';
import { collection, key, page } from '../params.ts';
import { listChanges } from './history/changes.ts';
import { readHistory } from './history/read.ts';
import { planRevert } from './history/revert.ts';
import { spanOf } from './history/span.ts';
import { planUndo } from './history/undo.ts';

const sees = (rights: Rights) => rights.may('directus_activity', 'read');
const seesAll = (rights: Rights) => sees(rights) && rights.may('directus_revisions', 'read');

export const history = defineTool({
  name: 'history',
  toolset: 'collaboration',
  title: 'History',
  description: 'Who changed an item, and how (read); what you changed, with numbers (changes).',
  actions: {
    read: {
      effect: 'read',
      input: z.strictObject({ collection, key: key.optional(), query: page }),
      needs: sees,
    },
    changes: {
      effect: 'read',
      input: z.strictObject({
        since: z.string().optional(),
        until: z.string().optional().meta({ wire: 'hidden' }),
        collection: collection.optional(),
        query: page,
      }),
      needs: sees,
    },
    revert: {
      effect: 'write',
      about: 'revert: put an item back to a revision.',
      input: z.strictObject({ revision: z.int().min(1) }),
      needs: (rights) => seesAll(rights) && rights.mayAny('update'),
    },
    undo: {
      effect: 'write',
      changesModel: true,
      about: 'undo: your last change, one (change: its number), or all since a date, time or number.',
      input: z.strictObject({
        change: z.int().min(1).optional(),
        since: z.string().optional(),
        stamps: z.boolean().optional().meta({ wire: 'hidden' }),
      }),
      needs: (rights) =>
        seesAll(rights) && (['create', 'update', 'delete'] as const).some((one) => rights.mayAny(one)),
    },
  },
  async run(context, call) {
    switch (call.action) {
      case 'read':
        return readHistory(context, call.input);
      case 'changes': {
        const { since, until, collection: of, query } = call.input;
        return listChanges(context, { ...(await spanOf(context, since, until)), collection: of }, query);
      }
      case 'revert':
        return planRevert(context, call.input);
      case 'undo': {
        const { change, since, stamps } = call.input;
        if (change !== undefined && since !== undefined) {
          throw new ToolError(
            'INVALID_PAYLOAD',
            'undo takes change or since, not both. Nothing was changed.',
            'Leave one out.',
          );
        }
        const span = since === undefined ? undefined : await spanOf(context, since);
        return planUndo(context, { change, span, stamps });
      }
    }
  },
});
