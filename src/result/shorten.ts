import { isObject } from '../directus/objects.ts';

/** How much of a value is shown. */
export type Limits = {
  /** Where long texts begin, in characters, to read on in one that was cut. */
  from: number;
  /** Most characters of a text. */
  text: number;
  /** Most entries of a list or object inside the value; the value itself, where it is a list, is left to the caller. */
  entries: number;
};

export type Shortened = {
  value: unknown;
  /** Paths of the texts that go on after what is shown. */
  texts: Set<string>;
  /** Paths of the lists and objects of which entries are left out. */
  lists: Set<string>;
};

/** Most characters of a text that ended before `from` and is not the one being read on. */
const PASSED_TEXT = 200;

/** JSON data with long texts and lists cut, each saying what is left out: a copy, where there is a limit. */
export function shorten(data: unknown, limits: Limits): Shortened {
  const texts = new Set<string>();
  const lists = new Set<string>();
  const none = Number.POSITIVE_INFINITY;
  if (limits.from === 0 && limits.text === none && limits.entries === none)
    return { value: data, texts, lists };

  const shortText = (text: string, path: string): string => {
    const start = limits.from > 0 && text.length > limits.from ? boundary(text, limits.from) : 0;
    const passed = limits.from > 0 && start === 0;
    const most = passed ? Math.min(limits.text, PASSED_TEXT) : limits.text;
    if (text.length - start <= most) return text.slice(start);
    const end = boundary(text, start === 0 ? most : limits.from + most);
    const shown = text.slice(start, end);
    if (passed) return `${shown}… [ends before ${limits.from}]`;
    texts.add(path);
    return `${shown}… [${text.length - end} more of ${text.length} characters]`;
  };

  const walk = (value: unknown, path: string, isRoot: boolean): unknown => {
    if (typeof value === 'string') return shortText(value, path);
    if (Array.isArray(value)) {
      const most = isRoot ? Number.POSITIVE_INFINITY : limits.entries;
      const shown = value.slice(0, most).map((entry) => walk(entry, path, false));
      if (value.length > most) {
        lists.add(path);
        shown.push(`… [${value.length - most} more of ${value.length}]`);
      }
      return shown;
    }
    if (!isObject(value)) return value;
    const entries = Object.entries(value);
    const shown = entries
      .slice(0, limits.entries)
      .map(([key, entry]) => [key, walk(entry, path ? `${path}.${key}` : key, false)]);
    if (entries.length > limits.entries) {
      lists.add(path);
      shown.push(['…', `${entries.length - limits.entries} more of ${entries.length}`]);
    }
    return Object.fromEntries(shown);
  };

  return { value: walk(data, '', true), texts, lists };
}

/** The place nearest before `at` that does not part a surrogate pair. */
function boundary(text: string, at: number): number {
  const code = text.charCodeAt(at);
  const before = text.charCodeAt(at - 1);
  return code >= 0xdc00 && code <= 0xdfff && before >= 0xd800 && before <= 0xdbff ? at - 1 : at;
}
