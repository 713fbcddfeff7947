import * as z from 'zod';
import { codeOf } from '../../../settings/error-code.ts';
import { faultIn } from '../../../settings/fault.ts';
import { type Leaf, setAt } from '../../../settings/leaves.ts';
import type { Loaded } from '../../../settings/load.ts';
import { didYouMean } from '../../../settings/suggest.ts';
import type { Update } from '../../../settings/write.ts';
import type { SettingsChange, SettingsView } from '../../settings-api.ts';
import { ProblemError } from '../problem.ts';
import { isMasked, plain } from './kept.ts';
import type { SettingsPort } from './port.ts';
import { providersAsInFile, providersFrom } from './providers.ts';
import { fixedBy, shownLeaves, viewOf } from './view.ts';

export const changeInput = z.strictObject({
  revision: z.string(),
  changes: z.array(z.strictObject({ path: z.array(z.string()), value: z.json() })).min(1),
}) satisfies z.ZodType<SettingsChange>;

/**
 * Changes what is saved of the settings, all or none, and brings it into force.
 * @throws ProblemError that names the setting that is wrong, or says that they have changed meanwhile
 */
export async function save(port: SettingsPort, { revision, changes }: SettingsChange): Promise<SettingsView> {
  const now = port.read();
  if (port.revision() !== revision) {
    throw new ProblemError(
      'conflict',
      'The settings have been changed elsewhere meanwhile. They were loaded anew; look at your changes and save again.',
    );
  }
  const candidate = structuredClone(now.settings);
  const updates = changes.flatMap(({ path, value }) => {
    const leaf = leafAt(path);
    const update = updateOf(now, leaf, value);
    if (update) setAt(candidate, leaf.path, update.value);
    return update ? [update] : [];
  });
  checkNames(port, now, candidate);
  if (updates.length > 0) await write(port, now.place, updates);
  port.reload();
  return viewOf(port);
}

function leafAt(path: string[]): Leaf {
  const name = path.join('.');
  const leaf = shownLeaves.get(name);
  if (leaf) return leaf;
  const hint = didYouMean(name, shownLeaves.keys());
  throw new ProblemError('invalid', `There is no setting "${name}" that can be changed here.${hint}`, name);
}

/** What becomes of one setting; undefined when a masked secret came back as it was. */
function updateOf(now: Loaded, leaf: Leaf, value: unknown): (Update & { value: unknown }) | undefined {
  const name = leaf.path.join('.');
  const fixed = fixedBy(now, name);
  if (fixed) throw new ProblemError('invalid', `It is set by ${fixed}; change it there.`, name);
  if (value === null) return { path: leaf.path, value: undefined, change: () => undefined };
  if (name === 'ai.compatible') return providersUpdate(now, leaf, value);
  if (leaf.meta.secret && isMasked(value)) return undefined;
  const parsed = parsedBy(leaf, leaf.meta.secret && typeof value === 'string' ? plain(value, name) : value);
  checkUnderstood(now, name, parsed);
  return { path: leaf.path, value: parsed, change: () => parsed };
}

function providersUpdate(now: Loaded, leaf: Leaf, value: unknown): Update & { value: unknown } {
  const saved = now.settings.ai.compatible;
  const entries = providersFrom(value, saved);
  parsedBy(leaf, entries);
  checkUnderstood(now, leaf.path.join('.'), entries);
  return { path: leaf.path, value: entries, change: (before) => providersAsInFile(entries, before, saved) };
}

function parsedBy({ type, path }: Leaf, value: unknown): unknown {
  const { data, error } = type.safeParse(value);
  if (!error) return data;
  const { field, message } = faultIn(error, path);
  throw new ProblemError('invalid', message, field);
}

/** A list that could not be read is shown empty; to save it would lose what it holds. */
function checkUnderstood({ problems, place }: Loaded, name: string, value: unknown): void {
  if (typeof value !== 'object') return;
  const fault = problems.find((problem) => problem.startsWith(`${name}.`) || problem.startsWith(`${name} `));
  if (fault) throw new ProblemError('invalid', `${fault} Mend this in ${place} first.`, name);
}

/** A name that no tool has would leave only reading. */
function checkNames({ faultsOf }: SettingsPort, now: Loaded, candidate: Loaded['settings']): void {
  const known = faultsOf(now.settings);
  const fault = faultsOf(candidate).find((one) => !known.includes(one));
  if (fault) throw new ProblemError('invalid', fault, /^[^:]*/.exec(fault)?.[0]);
}

async function write(port: SettingsPort, place: string, updates: Update[]): Promise<void> {
  try {
    await port.write(updates);
  } catch (error) {
    const code = codeOf(error);
    const why = error instanceof Error ? error.message : '';
    const remedy = error instanceof Error && 'remedy' in error ? error.remedy : 'Mend that.';
    throw new ProblemError(
      'failed',
      code ? `${place} cannot be written (${code}), so nothing was changed. On the server: ${remedy}` : why,
    );
  }
}
