import { describe } from '../../src/server/wire.ts';
import { tools } from '../../src/tools/list.ts';
import { type Field, localFields } from './fields.ts';
import { packageJson, SUMMARY } from './package-json.ts';

/** The settings that the form of Claude Desktop asks for, in this order, by the names people see. */
const ASKED: Record<string, string> = {
  'directus.url': 'Address of Directus',
  'directus.token': 'Static token',
  readOnly: 'Read only',
  allowDeletes: 'Allow deletes',
  'tools.mode': 'Tool mode',
  'tools.toolsets': 'Toolsets',
  'tools.exclude': 'Tools left out',
  uploadRoots: 'Folders to upload from',
  'prompts.collection': 'Collection of prompts',
};

const NEEDED = new Set(['directus.url', 'directus.token']);
/** Folders come as arguments of their own: a list does not fit into a variable of a manifest. */
const FOLDERS = 'uploadRoots';

/** The manifest of the bundle for Claude Desktop. */
export function manifest() {
  const { name, version, license, keywords, engines } = packageJson;
  const all = localFields();
  const asked = Object.keys(ASKED).flatMap((each) => all.find((field) => field.name === each) ?? []);
  return {
    // The newest version that its makers do not call experimental.
    manifest_version: '0.3' as const,
    name,
    display_name: 'Directus assistant',
    version,
    description: SUMMARY,
    author: { name: 'The directus-assistant authors' },
    license,
    keywords,
    server: {
      type: 'node' as const,
      entry_point: 'server/index.js',
      mcp_config: {
        command: 'node',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the client fills it in.
        args: ['${__dirname}/server/index.js', ...asked.filter(isFolders).map(reference)],
        env: Object.fromEntries(
          asked.filter((field) => !isFolders(field)).map((field) => [field.variable, reference(field)]),
        ),
      },
    },
    tools: tools.map((tool) => ({ name: tool.name, description: describe(tool, []).split(/\. /)[0] ?? '' })),
    // Which of them there are depends on the settings and on the rights of the Directus user.
    tools_generated: true,
    user_config: Object.fromEntries(asked.map((field) => [keyOf(field), question(field)])),
    compatibility: {
      platforms: ['darwin' as const, 'win32' as const, 'linux' as const],
      runtimes: { node: engines.node },
    },
  };
}

const isFolders = ({ name }: Field) => name === FOLDERS;
const keyOf = ({ variable }: Field) => variable.toLowerCase();
const reference = (field: Field) => `\${user_config.${keyOf(field)}}`;

function question(field: Field) {
  const { name, kind, secret, description, choices } = field;
  const common = { title: ASKED[name] ?? name, description };
  if (isFolders(field))
    return { ...common, type: 'directory' as const, multiple: true, required: false, default: [] };
  if (kind === 'boolean') return { ...common, type: 'boolean' as const, required: false, default: false };
  const hint = choices.length > 0 ? ` ${choices.join(' or ')}.` : kind === 'list' ? ' Written as a,b.' : '';
  const text = { ...common, type: 'string' as const, description: description + hint };
  if (NEEDED.has(name)) return { ...text, required: true, ...(secret && { sensitive: true }) };
  // Without a default, clients hand on the reference itself; empty means not set.
  return { ...text, required: false, default: '' };
}
