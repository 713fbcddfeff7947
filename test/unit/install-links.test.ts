import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import {
  httpInstallLinks,
  type InstallLink,
  installLinks,
  PLACEHOLDER_TOKEN,
} from '../../src/cli/client-config.ts';

const inputs = z.array(
  z.strictObject({
    type: z.literal('promptString'),
    id: z.string(),
    description: z.string(),
    password: z.boolean().optional(),
  }),
);
const command = {
  command: z.literal('npx'),
  args: z.tuple([z.literal('-y'), z.literal('directus-assistant'), z.literal('mcp')]),
  env: z.strictObject({ DIRECTUS_URL: z.string(), DIRECTUS_TOKEN: z.string() }),
};
const address = { url: z.url(), headers: z.strictObject({ Authorization: z.string() }) };

const hrefOf = (links: InstallLink[], client: string) => {
  const href = links.find((link) => link.client === client)?.href;
  if (!href) throw new Error(`no link for ${client}`);
  return new URL(href);
};

function vscode(links: InstallLink[]) {
  const { origin, pathname, searchParams } = hrefOf(links, 'VS Code');
  expect(origin + pathname).toBe('https://insiders.vscode.dev/redirect/mcp/install');
  expect(searchParams.get('name')).toBe('directus');
  const config = z
    .union([
      z.strictObject({ type: z.literal('stdio'), ...command }),
      z.strictObject({ type: z.literal('http'), ...address }),
    ])
    .parse(JSON.parse(searchParams.get('config') ?? ''));
  return { config, inputs: inputs.parse(JSON.parse(searchParams.get('inputs') ?? '')) };
}

function cursor(links: InstallLink[]) {
  const { origin, pathname, searchParams } = hrefOf(links, 'Cursor');
  expect(origin + pathname).toBe('https://cursor.com/en/install-mcp');
  expect(searchParams.get('name')).toBe('directus');
  const text = Buffer.from(searchParams.get('config') ?? '', 'base64').toString('utf8');
  return z.union([z.strictObject(command), z.strictObject(address)]).parse(JSON.parse(text));
}

const served = 'https://team.example.org/mcp';
describe.each([
  ['that starts the server', installLinks()],
  ['that reaches a server', httpInstallLinks(served)],
])('a link %s', (what, links) => {
  test('is what VS Code takes, and asks for all that it does not say', () => {
    const { config, inputs } = vscode(links);
    const used = [...JSON.stringify(config).matchAll(/\$\{input:([^}]+)\}/g)].map(([, id]) => id);
    expect(used.toSorted()).toEqual(inputs.map(({ id }) => id).toSorted());
    expect(inputs.find(({ id }) => id === 'directus-token')?.password).toBe(true);
    if (what === 'that reaches a server') expect(config).toMatchObject({ type: 'http', url: served });
  });

  test('is what Cursor takes, with a placeholder for the token', () => {
    const config = cursor(links);
    expect(JSON.stringify(config)).toContain(PLACEHOLDER_TOKEN);
    if (what === 'that reaches a server') expect(config).toMatchObject({ url: served });
  });
});
