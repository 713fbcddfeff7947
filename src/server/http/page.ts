import { createHash } from 'node:crypto';

/** How one client is told to connect; ready to paste. */
export type Block = { client: string; where: string; block: string };

/** Opens a client with the server filled in. */
export type Link = { client: string; href: string };

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 46rem; margin: 3rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem; margin-bottom: 0 }
code, pre { font: 0.875rem/1.5 ui-monospace, monospace }
pre { overflow-x: auto; padding: 0.75rem; border: 1px solid #8886; border-radius: 0.375rem }
summary { cursor: pointer; padding: 0.375rem 0; font-weight: 600 }
`;

/** Of this page and nothing else: no script, no other host. */
export const PAGE_HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${sha256(STYLE)}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};

/** What people see who open the address in a browser. @param url the address of the MCP endpoint */
export function page(url: string, links: Link[], blocks: Block[]): string {
  const opens = links
    .map(({ client, href }) => `<a href="${escaped(href)}">Install in ${escaped(client)}</a>`)
    .join(' &middot; ');
  const sections = blocks
    .map(
      ({ client, where, block }) =>
        `<details><summary>${escaped(client)}</summary><p>${escaped(where)}</p><pre tabindex="0">${escaped(block)}</pre></details>`,
    )
    .join('\n');
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>directus-assistant</title><style>${STYLE}</style></head>
<body>
<h1>directus-assistant</h1>
<p>This address is for AI clients, not for browsers. They connect to it over MCP, and get tools for Directus.</p>
<p>Address: <code>${escaped(url)}</code></p>
<p>Each request carries the token of a Directus user, and can do what that user can:
<code>Authorization: Bearer your-static-token</code>. In Directus, open your user, generate a token, and save.</p>
<h2>Connect a client</h2>
<p>${opens}</p>
${sections}
</body>
</html>
`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

const SIGNS: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => SIGNS[sign] ?? '');
}
