import { commandOf, headersOf, NAME, NPX } from './client.ts';
import { TOKEN_INPUT, TOKEN_OF_INPUT } from './editors.ts';

/** A link that opens a client with the server filled in. */
export type InstallLink = { client: string; href: string };

/*
 * Links are logged, shared and kept in histories, so none ever holds a token: VS Code asks for what is missing, and
 * Cursor shows what it is about to add with a placeholder in it.
 */

const URL_INPUT = {
  type: 'promptString',
  id: 'directus-url',
  description: 'Address of Directus, for example https://cms.example.com',
};

/** Links that install `directus-assistant mcp` as a command. */
export function commandLinks(placeholders: { url: string; token: string }): InstallLink[] {
  const [command = '', ...args] = NPX;
  const start = (url: string, token: string) => commandOf({ command, args, url, token, windows: false });
  return [
    vscode([URL_INPUT, TOKEN_INPUT], {
      type: 'stdio',
      ...start(`\${input:${URL_INPUT.id}}`, TOKEN_OF_INPUT),
    }),
    cursor(start(placeholders.url, placeholders.token)),
  ];
}

/** Links that install a server that is reached at an address. */
export function addressLinks(url: string, placeholders: { token: string }): InstallLink[] {
  return [
    vscode([TOKEN_INPUT], { type: 'http', url, headers: headersOf(TOKEN_OF_INPUT) }),
    cursor({ url, headers: headersOf(placeholders.token) }),
  ];
}

/** Pages as on GitHub drop links with a scheme of an editor's own; this page of its maker passes them on. */
function vscode(inputs: object[], config: object): InstallLink {
  const query = Object.entries({ inputs, config }).map(
    ([key, value]) => `${key}=${encodeURIComponent(JSON.stringify(value))}`,
  );
  return {
    client: 'VS Code',
    href: `https://insiders.vscode.dev/redirect/mcp/install?name=${NAME}&${query.join('&')}`,
  };
}

function cursor(config: object): InstallLink {
  const encoded = encodeURIComponent(Buffer.from(JSON.stringify(config)).toString('base64'));
  return { client: 'Cursor', href: `https://cursor.com/en/install-mcp?name=${NAME}&config=${encoded}` };
}
