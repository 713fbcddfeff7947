import { type Narrowing, unknownTools, unknownToolsets } from '../../guard/select.ts';
import type { Settings } from '../../settings/schema.ts';
import { didYouMean, nearest } from '../../settings/suggest.ts';
import { tools } from '../../tools/list.ts';
import { INVALID_REQUEST, type Refusal } from './refusal.ts';

/** What a request asks for of what the operator has set. It can only take away. */
export type Wish = Narrowing & { registry: boolean };

/** How it is said: in the address and in a header. */
const WAYS = {
  toolsets: 'x-mcp-toolsets',
  tools: 'x-mcp-tools',
  exclude: 'x-mcp-exclude-tools',
  read_only: 'x-mcp-readonly',
  tool_mode: 'x-mcp-tool-mode',
} as const;

const PREFIX = 'x-mcp-';

/** What nearly all requests ask for. */
const NOTHING: Wish = {
  toolsets: undefined,
  tools: undefined,
  exclude: [],
  readOnly: false,
  registry: false,
};

type Way = keyof typeof WAYS;

const READ_ONLY = new Map([
  ['true', true],
  ['false', false],
  ['1', true],
  ['0', false],
]);
const TOOL_MODE = new Map([
  ['registry', true],
  ['default', false],
]);

/** So many are told of at once. */
const MOST_PROBLEMS = 5;

/** What else may stand in the address. */
const TOKEN = 'access_token';

/**
 * Reads what a request asks for. Said in both ways, the narrower counts.
 * @returns why not, for a name or value that is unknown: it must never open anything, nor be passed over
 */
export function readWish(request: Request): Wish | Refusal {
  const asks =
    request.url.includes('?') || [...request.headers.keys()].some((name) => name.startsWith(PREFIX));
  if (!asks) return NOTHING;
  const query = request.url.includes('?') ? new URL(request.url).searchParams : new URLSearchParams();
  const problems = [...unknownKeys(query), ...mistypedHeaders(request.headers)];
  const given = (way: Way) =>
    [request.headers.get(WAYS[way]), ...query.getAll(way)].flatMap((text) => (text === null ? [] : [text]));
  const lists = (way: Way) =>
    given(way).map((text) => {
      const words = wordsOf(text);
      if (words.length === 0)
        problems.push(`${way} is there, but names nothing. Leave it out, or name something.`);
      return words;
    });
  const one = (way: Way, values: Map<string, boolean>) =>
    given(way).some((text) => {
      const value = values.get(text.trim().toLowerCase());
      if (value === undefined) problems.push(wrongValue(way, text, [...values.keys()]));
      return value === true;
    });

  const [toolsets, onlyTools] = [common(lists('toolsets')), common(lists('tools'))];
  const exclude = lists('exclude').flat();
  const readOnly = one('read_only', READ_ONLY);
  const registry = one('tool_mode', TOOL_MODE);
  problems.push(
    ...unknownToolsets('toolsets', toolsets, tools),
    ...unknownTools('tools', onlyTools, tools),
    ...unknownTools('exclude', exclude, tools),
  );
  if (problems.length > 0)
    return { status: 400, code: INVALID_REQUEST, message: problems.slice(0, MOST_PROBLEMS).join(' ') };
  return { toolsets, tools: onlyTools, exclude, readOnly, registry };
}

/** The settings as far as the wish changes them; what is allowed stays with the wish. */
export function narrowed(settings: Settings, { registry }: Wish): Settings {
  return registry ? { ...settings, tools: { ...settings.tools, mode: 'registry' } } : settings;
}

/** A word for the wish, the same for the same wish. */
export function wishKey({ toolsets, tools, exclude, readOnly, registry }: Wish): string {
  if (!toolsets && !tools && !exclude?.length && !readOnly && !registry) return '';
  return JSON.stringify([toolsets?.toSorted(), tools?.toSorted(), exclude?.toSorted(), readOnly, registry]);
}

function wordsOf(text: string): string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean);
}

/** What all lists have in common; undefined when there is none. */
function common(lists: string[][]): string[] | undefined {
  const [first, ...others] = lists;
  return first?.filter((word) => others.every((list) => list.includes(word)));
}

function unknownKeys(query: URLSearchParams): string[] {
  const known = [...Object.keys(WAYS), TOKEN];
  return [...new Set(query.keys())]
    .filter((key) => !known.includes(key))
    .slice(0, MOST_PROBLEMS)
    .map((key) => {
      const near = didYouMean(key, known) || ` Known: ${known.join(', ')}.`;
      return `The address has an unknown part "${key.slice(0, 40)}".${near}`;
    });
}

/** Others may send headers of their own by such names; one that is nearly ours is a slip. */
function mistypedHeaders(headers: Headers): string[] {
  const known: string[] = Object.values(WAYS);
  return [...headers.keys()]
    .filter((name) => name.startsWith(PREFIX) && !known.includes(name))
    .slice(0, MOST_PROBLEMS)
    .flatMap((name) => {
      const [near] = nearest(
        name.slice(PREFIX.length),
        known.map((one) => one.slice(PREFIX.length)),
        1,
      );
      return near ? [`There is no header "${name.slice(0, 40)}". Did you mean "x-mcp-${near}"?`] : [];
    });
}

function wrongValue(way: Way, text: string, values: string[]): string {
  const shown = values.filter((value) => !/^\d$/.test(value)).join(' or ');
  return `${way} is "${text.slice(0, 40)}", but must be ${shown}.`;
}
