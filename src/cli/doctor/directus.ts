import { connect, type Directus } from '../../directus/connection.ts';
import { DirectusError, ToolError, UnreachableError } from '../../directus/errors.ts';
import { readRights } from '../../directus/rights.ts';
import type { Settings } from '../../settings/schema.ts';
import { type Finding, findingsOf } from './finding.ts';

const { ok, warn, fail } = findingsOf('Directus');
const PATIENCE_MS = 15_000;

/** Is Directus there, which version, who are we, what may we do. Stops at the first thing that fails. */
export async function checkDirectus(settings: Settings): Promise<Finding[]> {
  const { url, token, email, password } = settings.directus;
  if (!url) {
    return [
      fail(
        'No Directus is configured.',
        'Set DIRECTUS_URL and DIRECTUS_TOKEN, or run `directus-assistant demo`.',
      ),
    ];
  }
  const directus = connect(settings.directus);
  const findings: Finding[] = [];
  try {
    await directus.fetch('GET', '/server/ping', { signal: AbortSignal.timeout(PATIENCE_MS) });
    findings.push(ok(`Directus answers at ${directus.url}.`));
    if (!token && !(email && password)) {
      findings.push(fail('No token is set.', 'Set DIRECTUS_TOKEN to the static token of a Directus user.'));
      return findings;
    }
    findings.push(await who(directus));
    findings.push(...(await rights(directus)));
    findings.push(await version(directus));
  } catch (error) {
    findings.push(explain(error, url));
  } finally {
    directus.close();
  }
  return findings;
}

type User = { first_name?: string | null; last_name?: string | null; email?: string | null; role?: Role };
type Role = { name?: string | null } | string | null;

async function who(directus: Directus): Promise<Finding> {
  const user = await directus.request<User>('GET', '/users/me', {
    query: { fields: ['first_name', 'last_name', 'email', 'role.name'] },
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const name =
    [user.first_name, user.last_name].filter(Boolean).join(' ') || user.email || 'a user without a name';
  const role = typeof user.role === 'object' ? user.role?.name : undefined;
  return ok(`The token belongs to ${name}${role ? `, role ${role}` : ''}.`);
}

async function rights(directus: Directus): Promise<Finding[]> {
  const may = await readRights(directus, AbortSignal.timeout(PATIENCE_MS));
  if (may.admin) {
    return [
      warn(
        'That user is an administrator: the assistant may change everything, the data model included.',
        'For daily work, give the assistant a user of its own with the rights it needs.',
      ),
    ];
  }
  const actions = (['read', 'create', 'update', 'delete'] as const).filter((action) => may.mayAny(action));
  if (actions.length > 0) return [ok(`That user may ${actions.join(', ')} items.`)];
  return [
    fail(
      'That user may not read or change any collection.',
      'Give its role or the user itself a policy in Settings > Access Policies.',
    ),
  ];
}

/** The version is told to administrators only. */
async function version(directus: Directus): Promise<Finding> {
  const info = await directus.request<{ version?: string }>('GET', '/server/info', {
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  return info.version
    ? ok(`Directus is version ${info.version}.`)
    : ok('Directus tells its version to administrators only.');
}

function explain(error: unknown, url: string): Finding {
  if (error instanceof ToolError) return fail(error.message, error.next);
  if (error instanceof UnreachableError) {
    return fail(error.message, `Check that Directus runs, and open ${url}/server/ping in a browser.`);
  }
  if (error instanceof DirectusError && error.status === 401) {
    return fail(
      'Directus does not accept the token or the password.',
      'Open the user in Directus, generate a token, and press Save: a token that is not saved does not count.',
    );
  }
  if (error instanceof DirectusError && error.status === 404) {
    return fail(
      `Something answers at ${url}, but not Directus.`,
      'Give the address without /admin or any other path.',
    );
  }
  if (error instanceof DirectusError) {
    return fail(
      `${error.request.method} ${error.request.path} failed with ${error.status}: ${error.message}`,
    );
  }
  const timedOut = error instanceof Error && error.name === 'TimeoutError';
  if (timedOut) return fail(`Directus at ${url} did not answer within ${PATIENCE_MS / 1000} seconds.`);
  return fail(error instanceof Error ? error.message : String(error));
}
