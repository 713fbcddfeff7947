import * as z from 'zod';
import { defaultSystemPrompt } from '../../../host/index.ts';
import { presets } from '../../../host/providers/presets.ts';
import { type Leaf, leaves, valueAt } from '../../../settings/leaves.ts';
import type { Loaded } from '../../../settings/load.ts';
import { mapSecrets, maskAddress, maskSecret } from '../../../settings/secrets.ts';
import type { Masked, SettingsView, SettingView } from '../../settings-api.ts';
import type { SettingsPort } from './port.ts';

/**
 * What admins may see and change here: what the assistant does. What it reaches on its machine, and by which address,
 * key and account, stays with those who run it.
 */
const SHOWN =
  /^(ai\.(?!servers$)|policy\.|tools\.|limits\.|systemPrompt\.|prompts\.|(mcpEnabled|readOnly|allowDeletes|systemCollections)$)/;

/** The settings of the page, by path. */
export const shownLeaves: ReadonlyMap<string, Leaf> = new Map(
  leaves.map((leaf) => [leaf.path.join('.'), leaf] as const).filter(([name]) => SHOWN.test(name)),
);

/** Everything the page shows of the settings; no secret in it. */
export function viewOf({ read, revision, faultsOf }: SettingsPort): SettingsView {
  const now = read();
  return {
    file: now.place,
    revision: revision(),
    problems: [...now.problems, ...faultsOf(now.settings)],
    settings: Object.fromEntries(
      [...shownLeaves].map(([name, leaf]) => [name, settingView(now, name, leaf)]),
    ),
    standardPrompt: defaultSystemPrompt,
    presets: presets.map(({ name, label, baseUrl, keyUrl, hint }) => ({
      name,
      label,
      baseUrl,
      ...(keyUrl && { keyUrl }),
      ...(hint && { hint }),
    })),
  };
}

/** The variable or flag that sets a setting; undefined where what is saved or nothing does: it can be changed. */
export function fixedBy({ origins, file, place }: Loaded, name: string): string | undefined {
  const origin = origins.get(name) ?? 'default';
  // A list that is put together from file and variable can be added to here.
  const saved = origin.split(' + ').some((one) => one === file || one === place);
  return origin === 'default' || saved || name === 'tools.exclude' ? undefined : origin;
}

function settingView(now: Loaded, name: string, leaf: Leaf): SettingView {
  const fixed = fixedBy(now, name);
  return {
    value: masked(leaf, name, valueAt(now.settings, leaf.path)) ?? null,
    standard: leaf.type.safeParse(undefined).data ?? null,
    description: leaf.meta.description,
    from: (now.origins.get(name) ?? 'default').replace(now.file, 'file').replace(now.place, 'file'),
    ...(fixed && { fixed }),
    ...boundsOf(leaf),
  };
}

/** What a form may know of the type before it is sent. */
function boundsOf({ type }: Leaf): Pick<SettingView, 'kind' | 'choices' | 'minimum' | 'maximum'> {
  const schema = z.toJSONSchema(type, { io: 'input' });
  const { enum: choices, minimum, maximum } = schema;
  return {
    kind: kindOf(schema),
    ...(choices && { choices: choices.map(String) }),
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER && { maximum }),
  };
}

function kindOf({ type, enum: choices, items }: z.core.JSONSchema.BaseSchema): SettingView['kind'] {
  if (choices) return 'choice';
  switch (type) {
    case 'boolean':
      return 'switch';
    case 'integer':
    case 'number':
      return 'number';
    case 'string':
      return 'text';
    default:
      return typeof items === 'object' && 'type' in items && items.type === 'string' ? 'names' : 'other';
  }
}

const mask = (secret: string): Masked => ({ set: true, hint: maskSecret(secret) });

/** The value with every secret in it masked. A provider's address is shown without what may be a key in it. */
function masked({ type }: Leaf, name: string, value: unknown): unknown {
  const shown = mapSecrets(type, value, name, mask);
  if (name !== 'ai.compatible' || !Array.isArray(shown)) return shown;
  return shown.map((entry) => ({ ...entry, baseUrl: maskAddress(entry.baseUrl) }));
}
