import type { MarkedToken, Token, Tokens } from 'marked';
import { defineComponent, h, type VNodeChild } from 'vue';
import { session } from '../session.ts';
import { lex } from './blocks.ts';
import CodeBlock from './CodeBlock.vue';
import { inline } from './inline.ts';

/** One block of Markdown, which is read again only when it changes. */
export default defineComponent({
  props: { raw: { type: String, required: true } },
  setup(props) {
    return () => blocks(lex(props.raw), session.info.value?.directus.url ?? '');
  },
});

const blocks = (tokens: readonly Token[], directus: string): VNodeChild[] =>
  (tokens as MarkedToken[]).map((token) => block(token, directus));

function block(token: MarkedToken, directus: string): VNodeChild {
  switch (token.type) {
    case 'space':
      return null;
    case 'heading':
      // Levels of the page are its own: an answer that begins with "###" skips none of them.
      return h('h3', { 'data-depth': token.depth }, inline(token.tokens, directus));
    case 'paragraph':
      return h('p', inline(token.tokens, directus));
    case 'code':
      return h(CodeBlock, { text: token.text, lang: token.lang ?? '' });
    case 'blockquote':
      return h('blockquote', blocks(token.tokens, directus));
    case 'list':
      return list(token, directus);
    case 'table':
      return table(token, directus);
    case 'hr':
      return h('hr');
    case 'html':
      return h('p', token.raw.trim());
    default:
      return inline([token], directus);
  }
}

function list({ ordered, start, items }: Tokens.List, directus: string): VNodeChild {
  const from = ordered && start !== '' && start !== 1 ? { start } : {};
  const entries = items.map(({ tokens }) => h('li', blocks(tokens, directus)));
  return h(ordered ? 'ol' : 'ul', from, entries);
}

function table({ header, rows, align }: Tokens.Table, directus: string): VNodeChild {
  const row = (name: 'th' | 'td', cells: Tokens.TableCell[]) =>
    h(
      'tr',
      cells.map(({ tokens }, index) =>
        h(
          name,
          {
            class: align[index] ? `text-${align[index]}` : undefined,
            scope: name === 'th' ? 'col' : undefined,
          },
          inline(tokens, directus),
        ),
      ),
    );
  return h('div', { class: 'markdown-scroll', tabindex: 0, role: 'group', 'aria-label': 'Table' }, [
    h('table', [
      h('thead', row('th', header)),
      h(
        'tbody',
        rows.map((cells) => row('td', cells)),
      ),
    ]),
  ]);
}
