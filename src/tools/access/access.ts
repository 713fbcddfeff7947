import * as z from 'zod';
import { PERMISSION_ACTIONS } from '../../directus/permissions.ts';
import { admins, anyone, defineTool } from '../define.ts';
import { collection, key, keys, objects, query } from '../params.ts';
import { planToCreate, planToDelete, planToUpdate } from './change.ts';
import { explainRight } from './explain.ts';
import { KINDS } from './kinds.ts';
import { readKind } from './read.ts';
import { whoAmI } from './whoami.ts';

const kind = z.enum(KINDS);

/** The words are common knowledge to models, and an error names them to those who miss: not worth their tokens. */
const operation = z.string().pipe(z.enum(PERMISSION_ACTIONS));
const user = z.string().min(1).optional();

export const access = defineTool({
  name: 'access',
  toolset: 'access',
  title: 'Access',
  description: 'Who you are, what you may do and why not.',
  actions: {
    whoami: { effect: 'read', input: z.strictObject({}), needs: anyone },
    explain: {
      effect: 'read',
      input: z.strictObject({
        collection,
        operation,
        key: key.optional(),
        // What is answered names the fields, so that few need to ask about one.
        field: z.string().min(1).optional().meta({ wire: 'hidden' }),
        // Models see it where administrators are offered it.
        user: user.meta({ wire: 'hidden' }),
      }),
      needs: anyone,
    },
    read: {
      effect: 'read',
      about: 'user: email, role or public.',
      input: z.strictObject({
        kind,
        // Whoever changes rows by their keys has seen them in a list.
        keys: keys.optional().meta({ wire: 'hidden' }),
        query: query.meta({ wire: 'brief' }).optional(),
        user,
      }),
      needs: admins,
    },
    create: {
      effect: 'access',
      input: z.strictObject({ kind, data: objects }),
      needs: admins,
    },
    update: {
      effect: 'access',
      input: z.strictObject({ kind, data: objects, keys: keys.optional() }),
      needs: admins,
    },
    delete: { effect: 'delete', input: z.strictObject({ kind, keys }), needs: admins },
  },
  async run(context, call) {
    switch (call.action) {
      case 'whoami':
        return whoAmI(context);
      case 'explain':
        return explainRight(context, call.input);
      case 'read':
        return readKind(context, call.input);
      case 'create':
        return planToCreate(context, call.input);
      case 'update':
        return planToUpdate(context, call.input);
      case 'delete':
        return planToDelete(context, call.input);
    }
  },
});
