import { distance } from 'fastest-levenshtein';

/** Names in `known` that a person who typed `word` may have meant, nearest first, at most `most`. */
export function nearest(word: string, known: Iterable<string>, most = 3): string[] {
  // Nobody mistypes more than this, and the comparison grows with the square of the length.
  const wanted = word.toLowerCase().slice(0, 64);
  return [...known]
    .map((name) => ({ name, far: distance(wanted, name.toLowerCase()) }))
    .filter(
      ({ name, far }) =>
        far <= Math.max(2, Math.floor(name.length / 3)) || sharesWord(wanted, name.toLowerCase()),
    )
    .sort((a, b) => a.far - b.far || a.name.localeCompare(b.name))
    .slice(0, most)
    .map(({ name }) => name);
}

/** A name that people gave is shown among our own words in quotes that it cannot leave, on one line, and no longer. */
const LONGEST = 100;

/** ` Did you mean "x" or "y"?`, or nothing. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const names = nearest(word, known).map((name) => JSON.stringify(name.slice(0, LONGEST)));
  return names.length > 0 ? ` Did you mean ${names.join(' or ')}?` : '';
}

/** Whether a word of one begins a word of the other: `date_published` and `publish_date`. Short words say too little. */
function sharesWord(a: string, b: string): boolean {
  const words = (text: string) => text.split(/[^a-z0-9]+/).filter((word) => word.length > 3);
  return words(a).some((one) => words(b).some((other) => one.startsWith(other) || other.startsWith(one)));
}
