import { isSecret, LOST, NO_WAY_BACK } from '../../../guard/undoable.ts';
import type { Context } from '../../define.ts';
import { pastOf } from './past.ts';
import { keyOf, ownOf, type Part, rememberedOf, type Step, type Steps } from './step.ts';
import { rowName } from './words.ts';

/** Steps that make deleted rows again, with the same keys and all that is known of them. */
export async function recreations(context: Context, part: Part): Promise<Steps> {
  const { collection, pk, fields, touches } = part;
  const gone = touches.filter(({ did }) => did === 'deleted');
  if (gone.length === 0) return { steps: [], lost: [] };
  const why = whyNot(part);
  if (why) return { steps: [], lost: gone.map(({ item }) => `${rowName(collection, item)}: ${why}`) };
  const columns = fields.filter((one) => one.type !== 'alias' && one.field !== pk.field);
  const secrets = columns.filter(isSecret);
  const asked = gone.map((touch) => {
    const was = rememberedOf(part, touch.item, 'gone', 'changed');
    const open = columns.filter((one) => !isSecret(one) && !(one.field in was));
    return { item: touch.item, before: ownOf(touch, part)[0]?.id, was, fields: open };
  });
  const pasts = await pastOf(context, collection, asked);
  const steps: Step[] = [];
  const lost: string[] = [];
  for (const { item, was } of asked) {
    const past = pasts.get(item);
    if (!past?.hasRevisions) {
      lost.push(`${rowName(collection, item)}: Directus holds no revision of it`);
      continue;
    }
    for (const { field } of secrets)
      lost.push(`${field} of ${rowName(collection, item)}: nobody can read it`);
    for (const name of past.unknown)
      lost.push(`${name} of ${rowName(collection, item)}: no revision tells what it was`);
    const key = keyOf(item, pk);
    const values = { ...past.values, ...was, [pk.field]: key };
    steps.push({ collection, key, kind: 'recreate', values, left: {} });
  }
  return { steps, lost };
}

function whyNot({ collection, kept }: Part): string | undefined {
  if (collection === 'directus_collections') return LOST.collection;
  if (collection === 'directus_fields') return LOST.field;
  return NO_WAY_BACK[collection] ?? (kept === 'revisions' ? undefined : `${collection} keeps no revisions`);
}
