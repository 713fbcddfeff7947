import type { Measure } from '../figure.ts';
import { calls } from './calls.ts';
import { hostDelay } from './host-delay.ts';
import { hostHello } from './host-hello.ts';
import { hostOpen } from './host-open.ts';
import { hostRequests } from './host-requests.ts';
import { httpList } from './http-list.ts';
import { httpReads } from './http-reads.ts';
import { httpSessions } from './http-sessions.ts';
import { memory } from './memory.ts';
import { spawn } from './spawn.ts';
import { tasks } from './tasks.ts';
import { tokens } from './tokens.ts';
import { webPages } from './web-pages.ts';

export const measures: Measure[] = [
  tasks,
  tokens,
  spawn,
  memory,
  calls,
  httpReads,
  httpList,
  httpSessions,
  hostHello,
  hostRequests,
  hostDelay,
  hostOpen,
  webPages,
];
