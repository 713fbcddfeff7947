import type { Plan, Step } from './plan.ts';
import { callTool } from './plans/call.ts';
import { describeImage } from './plans/image.ts';
import { count, find, listCollections, newest, showFields } from './plans/read.ts';
import { change, create, remove } from './plans/write.ts';

/** What a plan is given: the words the pattern found, and the last single item of the conversation, for "it". */
export type Words = Record<string, string | undefined>;
export type Rule = {
  /** The request with its variable parts in capitals. */
  form: string;
  example: string;
  pattern: RegExp;
  plan: (words: Words, earlier: Step[]) => Plan;
};

const COLLECTION = '(?:the |an? )?(?!the |an? )(?<collection>[\\w-]+(?: [\\w-]+){0,2}?)';
const ONE_ITEM = `(?:(?<it>it)|${COLLECTION}(?:(?: titled| called| named| with key)? (?<item>.+?))?)`;
const rule = (text: string) => new RegExp(`^(?:please )?${text}(?:,? please)?[.!?]*$`, 'is');

/** Everything the demo model understands. The first rule whose pattern fits decides. */
export const grammar: Rule[] = [
  {
    form: 'list collections',
    example: 'list collections',
    pattern: rule(
      '(?:(?:list|show)(?: me)?(?: all)?(?: the| my)? collections|(?:what|which) collections .*)',
    ),
    plan: listCollections,
  },
  {
    form: 'show the fields of COLLECTION',
    example: 'show the fields of articles',
    pattern: rule(`(?:show|list|what are)(?: me)? (?:the )?fields (?:of|in) ${COLLECTION}`),
    plan: showFields,
  },
  {
    form: 'count COLLECTION [where FIELD is VALUE]',
    example: 'count articles where status is draft',
    pattern: rule(`(?:count|how many) ${COLLECTION}(?: are there)?(?: where (?<where>.+?))?`),
    plan: count,
  },
  {
    form: 'describe image TITLE',
    example: 'describe image "Harbour at dawn"',
    pattern: rule('describe (?:the )?(?:image|picture|photo|file)(?: of| titled| called)? (?<image>.+?)'),
    plan: describeImage,
  },
  {
    form: 'find COLLECTION where FIELD is VALUE (or: contains, is not, is before, is after, is empty; and ...)',
    example: 'find articles where title contains harbour',
    pattern: rule(`(?:find|search|show|list|get)(?: me)?(?: all)? ${COLLECTION} where (?<where>.+?)`),
    plan: find,
  },
  {
    form: 'show the newest N of COLLECTION',
    example: 'show the newest 3 articles',
    pattern: rule(
      `(?:show|list|get)(?: me)?(?: the)?(?: (?:newest|latest|most recent))?(?: (?<count>\\d+|one|two|three|four|five|ten))?(?: of)? ${COLLECTION}`,
    ),
    plan: newest,
  },
  {
    form: 'create COLLECTION titled TITLE [with FIELD VALUE, FIELD VALUE]',
    example: 'create an article titled "Night trains return"',
    pattern: rule(
      `(?:create|add|write) (?:a new |new )?${COLLECTION} (?:titled|called|named) (?<title>"[^"]+"|“[^”]+”|.+?)(?: with (?<values>.+?))?`,
    ),
    plan: create,
  },
  {
    form: 'change FIELD of COLLECTION KEY to VALUE',
    example: 'change the status of article 3 to published',
    pattern: rule(`(?:change|set|update) (?:the )?(?<field>[\\w-]+) of ${ONE_ITEM} to (?<value>.+?)`),
    plan: change,
  },
  {
    form: 'delete COLLECTION KEY',
    example: 'delete article "Night trains return"',
    pattern: rule(`(?:delete|remove) ${ONE_ITEM}`),
    plan: remove,
  },
  {
    form: 'call TOOL with TEXT',
    example: 'call the tool "echo" with the text "ready"',
    pattern: rule(
      'call (?:the )?(?:tool )?"?(?<tool>[\\w-]+)"? with (?:the text )?"?(?<text>[^"]+?)"?(?:, then .*)?',
    ),
    plan: callTool,
  },
];

/** The rule that a request follows, and the words in it. */
export function match(request: string): { rule: Rule; words: Words } | undefined {
  for (const each of grammar) {
    const found = each.pattern.exec(request.trim());
    if (found) return { rule: each, words: { ...found.groups } };
  }
  return undefined;
}
