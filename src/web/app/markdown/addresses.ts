/** Where a link goes to; undefined for what is no address a page may open, such as a script. */
export function linkTo(href: string, directus: string): string | undefined {
  const whole = href.startsWith('/admin/') ? directus + href : href;
  const url = URL.parse(whole);
  return url && /^(https?|mailto|tel):$/.test(url.protocol) ? url.href : undefined;
}

const ASSET = /\/assets\/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?:[/?#.]|$)/i;

/**
 * The id of a file of the library that an address shows; undefined for pictures from anywhere else: to load one tells
 * its server that it was read, and what else is in its address.
 */
export function libraryFile(href: string, directus: string): string | undefined {
  const [whole, id] = ASSET.exec(href) ?? [];
  if (whole === undefined) return undefined;
  const before = href.slice(0, href.indexOf(whole));
  return ['', '/api', directus, `${location.origin}/api`].includes(before) ? id : undefined;
}

export const assetAddress = (id: string, size: 'thumb' | 'full' | 'avatar'): string =>
  `/api/assets/${encodeURIComponent(id)}?size=${size}`;
