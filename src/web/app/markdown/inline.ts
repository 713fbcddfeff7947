import type { MarkedToken, Token } from 'marked';
import { h, type VNodeChild } from 'vue';
import { assetAddress, libraryFile, linkTo } from './addresses.ts';
import PictureButton from './PictureButton.vue';

/** Text inside a block. What is no Markdown, HTML above all, is shown as the text that it is. */
export function inline(tokens: readonly Token[], directus: string): VNodeChild[] {
  return (tokens as MarkedToken[]).map((token) => piece(token, directus));
}

function piece(token: MarkedToken, directus: string): VNodeChild {
  switch (token.type) {
    case 'strong':
    case 'em':
    case 'del':
      return h(token.type, inline(token.tokens, directus));
    case 'codespan':
      return h('code', token.text);
    case 'br':
      return h('br');
    case 'link':
      return link(token.href, inline(token.tokens, directus), directus);
    case 'image': {
      const id = libraryFile(token.href, directus);
      const words = token.text || 'image';
      if (id === undefined) return link(token.href, [words], directus);
      return h(PictureButton, { src: assetAddress(id, 'full'), alt: words });
    }
    case 'checkbox':
      return token.checked ? '☑ ' : '☐ ';
    case 'html':
      return /^<br\s*\/?>$/i.test(token.raw) ? h('br') : token.raw;
    case 'text':
      return token.tokens ? inline(token.tokens, directus) : decoded(token.text);
    case 'escape':
      return decoded(token.text);
    default:
      return token.raw;
  }
}

function link(href: string, label: VNodeChild[], directus: string): VNodeChild {
  const to = linkTo(href, directus);
  if (to === undefined) return [label, ` (${href})`];
  return h('a', { href: to, target: '_blank', rel: 'noopener noreferrer' }, label);
}

/** The lexer leaves HTML's names of characters as they are. */
function decoded(text: string): string {
  return text.replaceAll(/&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z]\w{1,30});/gi, (name) => {
    const { documentElement } = new DOMParser().parseFromString(name, 'text/html');
    return documentElement.textContent ?? name;
  });
}
