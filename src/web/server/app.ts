import { Hono } from 'hono';
import { createPeople } from './chat/people.ts';
import { chatRoutes } from './chat/routes.ts';
import type { Env } from './env.ts';
import { libraryRoutes } from './library.ts';
import { servePages } from './pages.ts';
import type { Ports } from './ports.ts';
import { ProblemError, problemOf, statusOf } from './problem.ts';
import { protect } from './protect.ts';
import { createSessions } from './session.ts';
import { settingsRoutes } from './settings/routes.ts';
import { learnRoles } from './usage/learn.ts';
import { usageRoutes } from './usage/routes.ts';

/** The pages and what they call. */
export type Web = {
  /** @param address where the request comes from */
  fetch(request: Request, address: string): Response | Promise<Response>;
  /** Ends streams and turns under way. */
  stop(): Promise<void>;
};

/** Puts the pages and their routes together. @param folder where the built pages are */
export function createWeb(ports: Ports, folder: string): Web {
  const app = new Hono<Env>();
  const sessions = createSessions(ports);
  const people = createPeople(ports);

  app.use('*', ...protect(ports));
  app.route('/api/session', sessions.routes);
  app.use('/api/*', sessions.required);
  app.use('/api/*', learnRoles(ports));
  app.route('/api/settings', settingsRoutes(ports));
  app.route('/api/usage', usageRoutes(ports));
  app.route('/api', chatRoutes(ports, people));
  app.route('/api', libraryRoutes(ports, people));
  app.all('/api/*', () => {
    throw new ProblemError('not-found', 'There is nothing at this address.');
  });
  app.get('*', servePages(folder));
  app.notFound((c) => c.text('There is nothing at this address.', 404));
  app.onError((error, c) => {
    if (error instanceof ProblemError) return c.json(problemOf(error), statusOf(error.code));
    ports.warn(`A request of a page failed inside: ${error.constructor.name}.`);
    const problem = new ProblemError('failed', 'Something went wrong inside the server. Reload the page.');
    return c.json(problemOf(problem), statusOf(problem.code));
  });

  return {
    fetch: (request, address) => app.fetch(request, { address }),
    stop: people.close,
  };
}
