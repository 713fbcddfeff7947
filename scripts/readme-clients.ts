/** The part of README.md on MCP clients: links, a fold for each client with what it needs, and what Windows needs. */
import {
  type ClientConfig,
  clientConfigs,
  type InstallLink,
  installLinks,
  type Transport,
} from '../src/cli/client-config.ts';

const HEADINGS: Record<Transport, string> = {
  stdio: '**On your machine.**',
  http: "**From your team's server.**",
};

/** Markdown with everything that people paste into their clients. */
export function clientBlocks(): string {
  const started = clientConfigs({ platform: 'linux' });
  // Every client can reach a served server; some start none.
  const folds = clientConfigs({ transport: 'http', platform: 'linux' }).map((served) => {
    const configs = [...started.filter(({ id }) => id === served.id), served];
    return fold(served.client, configs.map(part));
  });
  return [installLine(installLinks()), ...folds, onWindows()].join('\n\n');
}

function part(config: ClientConfig): string {
  return `${HEADINGS[config.transport]} ${config.where}\n\n${fence(config)}`;
}

function installLine(links: InstallLink[]): string {
  const each = links.map(({ client, href }) => `[${client}](${href})`);
  return `Install it with one click in ${each.join(' or ')}. VS Code asks for address and token; in Cursor, put yours in place of the placeholders.`;
}

/** A command that starts npx has another form there; two blocks stand for all. */
function onWindows(): string {
  const configs = clientConfigs({ platform: 'win32' }).filter(({ id }) =>
    ['cursor', 'claude-code'].includes(id),
  );
  return fold('On Windows', [
    'There, npx is a batch file that only a shell can start. Put `cmd /c` before it in every block that starts it, as in this one:',
    ...configs.toReversed().map(fence),
  ]);
}

function fold(summary: string, parts: string[]): string {
  return `<details><summary>${summary}</summary>\n\n${parts.join('\n\n')}\n\n</details>`;
}

function fence({ language, block }: ClientConfig): string {
  return `\`\`\`${language}\n${block}\n\`\`\``;
}
