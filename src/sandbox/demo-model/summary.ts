const LONGEST = 200;
const SHORTEST = 30;
/** Sentences that are looked at: what a text is about comes early. */
const LOOKED_AT = 12;
/** Letters by which words count as the same: `charge`, `charges` and `charging`. */
const STEM = 5;

/**
 * The sentence of a text that says most of what its title says, as a summary.
 * @param text HTML, Markdown or plain
 * @returns undefined where no sentence is of a fit length
 */
export function summaryOf(title: string, text: string): string | undefined {
  const wanted = stems(title);
  const ranked = sentences(text).map((sentence, at) => {
    const shared = [...stems(sentence)].filter((stem) => wanted.has(stem)).length;
    // A number tells something new; of two that are as good, the earlier one is about the whole.
    return { sentence, worth: 2 * shared + (/\d/.test(sentence) ? 1 : 0) - at / LOOKED_AT };
  });
  return ranked.toSorted((a, b) => b.worth - a.worth)[0]?.sentence;
}

function sentences(text: string): string[] {
  return text
    .replace(/<h\d>.*?<\/h\d>/gs, ' ')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .split(/(?<=[.!?][”"]?)\s+(?=["“\p{Lu}\d])/u)
    .map((sentence) => sentence.trim())
    .filter(({ length }) => length >= SHORTEST && length <= LONGEST)
    .slice(0, LOOKED_AT);
}

const stems = (text: string): Set<string> =>
  new Set((text.toLowerCase().match(/[\p{L}\d]{4,}/gu) ?? []).map((word) => word.slice(0, STEM)));
