import type { ModelChoice } from '../../host/index.ts';
import { didYouMean } from '../../settings/suggest.ts';
import { refusals } from './along.ts';
import { choose, type Parts } from './parts.ts';
import { statusOf } from './turns.ts';

/**
 * `/model`: the one named, or one to choose.
 * @throws an Error for people when there is no such model
 */
export async function chooseModel(parts: Parts, named: string): Promise<void> {
  const { chat, models, store } = parts;
  const choices = models.list();
  const name = named ? matching(named, choices) : await pick(parts, choices);
  if (name === undefined || name === chat.model.name) return;
  // biome-ignore lint/correctness/useHookAtTopLevel: the host's method, no hook of React
  chat.useModel(await models.open(name));
  store.set({ status: statusOf(chat) });
  store.tell(
    'info',
    `The model is now ${chat.model.name}. It reads the whole conversation with your next message.`,
  );
  for (const refusal of refusals(parts)) store.tell('warning', refusal);
}

function pick({ chat, store }: Parts, choices: ModelChoice[]): Promise<string | undefined> {
  const current = chat.model;
  const all = choices.some(({ name }) => name === current.name) ? choices : [current, ...choices];
  return choose(
    store,
    'Model',
    all.map(({ name, label }) => ({
      value: name,
      label: name,
      note: [label === name ? '' : label, name === current.name ? 'in use' : ''].filter(Boolean).join(', '),
    })),
  );
}

/** The id alone is enough when only one provider has it. */
function matching(named: string, choices: ModelChoice[]): string {
  const names = choices.map(({ name }) => name);
  if (names.includes(named)) return named;
  const [only, ...others] = choices.filter(({ id }) => id === named);
  if (only && others.length === 0) return only.name;
  throw new Error(`There is no model ${named} to choose.${didYouMean(named, names)} /model shows them all.`);
}
