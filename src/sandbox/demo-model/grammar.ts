import { GO_ON } from './conversation.ts';
import type { Done, Plan } from './plan.ts';
import { callTool } from './plans/call.ts';
import { clear } from './plans/clear.ts';
import { describeImage } from './plans/image.ts';
import { count, find, listCollections, newest, showFields } from './plans/read.ts';
import { summarise } from './plans/summaries.ts';
import { undoOwn, undoSince } from './plans/undo.ts';
import { change, create, remove } from './plans/write.ts';

/** What a plan is given: the words the pattern found, and the last single item of the conversation, for "it". */
export type Words = Record<string, string | undefined>;
export type Rule = {
  /** The request with its variable parts in capitals. */
  form: string;
  example: string;
  pattern: RegExp;
  plan: (words: Words, earlier: Done[]) => Plan;
};

const COLLECTION = '(?:the |an? )?(?!the |an? )(?<collection>[\\w-]+(?: [\\w-]+){0,2}?)';
const COUNT = '(?<count>\\d+|one|two|three|four|five|six|seven|eight|nine|ten)';
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
      `(?:show|list|get)(?: me)?(?: the)?(?: (?:newest|latest|most recent))?(?: ${COUNT})?(?: of)? ${COLLECTION}`,
    ),
    plan: newest,
  },
  {
    form: 'write a new FIELD for each of the newest N COLLECTION (one change after the other)',
    example: 'write a new summary for each of the newest 40 articles',
    pattern: rule(
      `(?:write|make) an? (?:new )?(?<field>[\\w-]+) for (?:each of )?the newest ${COUNT} ${COLLECTION}`,
    ),
    plan: summarise,
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
    form: 'delete the N oldest [draft] COLLECTION (several calls at once; or: newest, published)',
    example: 'delete the five oldest drafts',
    pattern: rule(
      `(?:delete|remove) the ${COUNT} (?<order>oldest|newest) (?:(?<status>draft|published|archived) )?${COLLECTION}`,
    ),
    plan: clear,
  },
  {
    form: 'undo what you did (in this conversation)',
    example: 'undo what you did',
    pattern: rule(
      '(?:undo|take back) (?:what|everything|all)(?: that)?(?: you(?: have)? (?:did|done|changed))?',
    ),
    plan: undoOwn,
  },
  {
    form: 'undo everything since TIME, DATE or CHANGE',
    example: 'undo everything since 14:30',
    pattern: rule(
      '(?:undo|take back) (?:everything|all)(?: you(?: have)? (?:did|done|changed))? since (?<since>.+?)',
    ),
    plan: undoSince,
  },
  {
    form: 'go on (after an answer was stopped or has failed)',
    example: 'go on',
    pattern: GO_ON,
    plan: nothingYet,
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

/** To go on belongs to the request before it; without one there is none. */
// biome-ignore lint/correctness/useYield: it has nothing to call
function* nothingYet(): Plan {
  return 'There is nothing to go on with yet.';
}

/** The rule that a request follows, and the words in it. */
export function match(request: string): { rule: Rule; words: Words } | undefined {
  for (const each of grammar) {
    const found = each.pattern.exec(request.trim());
    if (found) return { rule: each, words: { ...found.groups } };
  }
  return undefined;
}
