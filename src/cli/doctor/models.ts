import { checkProvider, findLocalEndpoints, listProviders } from '../../host/index.ts';
import type { Settings } from '../../settings/schema.ts';
import { type Finding, findingsOf } from './finding.ts';

const { ok, warn, fail } = findingsOf('Models');

/** Each provider of the settings, tried with a stream, a tool and an image. The bundled chat needs one; MCP none. */
export async function checkModels({ ai }: Settings): Promise<Finding[]> {
  if (!ai.enabled) return [ok('The chat is turned off (ai.enabled).')];
  const providers = listProviders(ai);
  if (providers.length === 0) return [await none()];
  // One after the other: a tool round trip on a local server is slow enough alone.
  const findings: Finding[] = [];
  for (const provider of providers) findings.push(...(await check(ai, provider)));
  return findings;
}

async function check(ai: Settings['ai'], provider: string): Promise<Finding[]> {
  const { checks, url } = await checkProvider(ai, provider);
  return checks.map(({ check, ok: good, detail, ms }) => {
    const time = good && ms !== undefined ? ` (${Math.round(ms)} ms)` : '';
    const text = `${provider}, ${check}: ${detail}${time}`;
    return good
      ? ok(text)
      : fail(
          text,
          `Mend the provider "${provider}"${url && `, reached at ${url}`}, then run \`directus-assistant providers test ${provider}\`.`,
        );
  });
}

async function none(): Promise<Finding> {
  const text = 'No model provider is set up. MCP clients do not need one; the bundled chat does.';
  const [local] = await findLocalEndpoints();
  const next = local
    ? `${local.name} answers at ${local.baseUrl}: try it with \`directus-assistant chat --base-url ${local.baseUrl} --model ID\`, or set it up with \`directus-assistant providers add\`.`
    : 'Run `directus-assistant demo`, or set one up: `directus-assistant providers --help` shows how.';
  return warn(text, next);
}
